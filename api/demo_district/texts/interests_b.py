"""What learners love, second half: art, music, stories, screens and people.

The sections are those of the first half.
"""

INTERESTS_B = {
    "drawing and comics": """
# young
{n} drew the story before writing it, and the writing came easily after that.
Mixed nine greens and named them all. "Frog in the shade" was my favorite.
Asked a classmate what face a cat makes when it is cross and drew it just so.
Made a comic about losing a tooth; the whole table wanted a copy.
{n} erased nothing today and said that the wrong line could become a cloud.
Put arrows in the drawing of the water cycle so that even the visitors could follow it.
# older
{n} turned the causes of the war into a two-page comic that I will use again next year.
Gave a classmate's poster a careful critique: one thing that works, one thing to try.
Filled a sketchbook with hands. By the end the hands belonged to people.
Learned two-point perspective and drew the hallway so well that people recognized the lockers.
Asked who owns a drawing made in class. We looked it up together.
Drew the set for the fall play, and painted most of it too.
# says young
I can't tell you but I can draw you.
The eyes are the hardest part. I do them last.
My dragon is not mean, he has a toothache.
# says older
If I sketch while I listen, I remember what was said. Please let me.
I threw away twenty pages and kept one. That is a good week.
I want to learn to draw people who are not me.
# made young
The tooth | A comic in eight panels with a happy end.
Water goes around | The water cycle with arrows, labels and one very wet duck.
# made older
Two pages on 1914 | A comic with sources in the margins.
Forty hands | A sketchbook, dated, with the teacher's notes left in.
# dream young
I will make books where the pictures come first.
# dream older
Illustration or animation. My uncle says get a day job, so maybe graphic design and comics at night.
# goal young
Make a comic of six panels with a beginning, a middle and an end.
Make a comic of six panels with words in at least four of them.
The beginning is done, with a very small hero.
Got stuck in the middle and asked a friend what could go wrong.
Five panels, and the words fit the bubbles.
All six panels, read aloud to the class with voices.
Started a book of faces instead.
# goal older
Put together a portfolio of ten finished pieces.
Put together a portfolio of eight finished pieces, three of them from life.
Two finished, one of them the portrait of a sister.
Four; chose which older ones to leave out, which was hard.
Went to the portfolio day and came back with notes.
Eight pieces, mounted, with a page about each.
Put aside while the kitchen table is needed for other things; the sketchbook goes on.
""",
    "music": """
# young
{n} clapped back the long rhythm when nobody else could, and then slowed it down for the others.
Sang quietly at first, then loud enough that the table joined in.
Made up a song to remember the days of the week. The class sings it now.
Heard that the third bar was different and raised a hand to say so.
Tapped syllables on the table while reading, and it helped with the long words.
Shared the drum without being asked.
# older
{n} has kept a practice diary since September: what was hard, what to try, how it went.
Took second part so that a newer player could have the melody.
Explained key changes to the section with a drawing of stairs.
Stayed calm when the music fell off the stand, and came in two bars later in the right place.
Wrote a short piece for the winter concert and conducted it with {their} pencil.
Tuned three other people's instruments before tuning {their} own.
# says young
My song goes up when I am happy and then it goes fast.
I practiced and my fingers know it now.
In music nobody asks me to hurry.
# says older
Counting rests taught me patience. Sixteen bars is a long time to do nothing well.
Band is where my friends are. I would come to school sick for band.
I recorded myself and it was awful and then I knew what to fix.
# made young
The days-of-the-week song | Words and a melody written with colored dots.
Sounds of our street | A sound map with eleven signs of its own.
# made older
Winter piece for seven players | A score with parts, and a page on what changed in rehearsal.
Practice diary, one semester | Goals and notes week by week, with two recordings.
# dream young
I want to play in the parade.
# dream older
I would like to teach music, or mix sound for shows. Being near it is enough.
# goal young
Play a whole song for the class.
Play the first half of a song for the class, slowly and in time.
Knows the first line by heart.
Played it for the music teacher with one stop.
Played with a friend keeping the beat.
Played it all, bowed, and played it again because they asked.
Chose to sing in the group for now.
# goal older
Get ready for a solo at the spring concert.
Get ready for a duet at the spring concert.
Piece chosen; the hard eight bars are marked in the part.
Up to two thirds of the tempo, evenly.
Played for the section; took the advice about breathing.
Played at the concert. The note that used to crack did not.
The instrument has been in repair since January; we will plan again in the fall.
""",
    "stories and writing": """
# young
{n} asked to read one more page, and then read it to the bear in the corner.
Wrote a letter to the author and waited three weeks for the answer. It came.
Told the class what would happen next, and pointed to the clue in the picture.
Used "however" in a story and looked round to see if I had noticed.
Made a bookmark for a new classmate with both of their names on it.
Changed the ending of the wolf story so that the wolf could explain.
# older
{n} rewrote the opening of the story six times and saved each one to compare.
Spoke up for a character the whole class disliked, with three quotations.
Edits the class magazine: firm about deadlines, kind about commas.
Read a poem aloud at the open evening. You could have heard a pin drop.
Noticed that the narrator was lying two chapters before the rest of us.
Helps younger writers after school, mostly by asking "and then what?"
# says young
When I read I see a movie but I make it.
I wrote two pages and my hand hurts but the story is not done.
The wolf was only hungry.
# says older
I write so I know what I think.
Somebody cried at my story. I felt bad for a second and then really good.
I don't like being told what a poem means before I've read it.
# made young
The wolf explains | A story of four pages in which everybody gets a turn to talk.
Letter to the author | A draft, the clean copy and the answer, glued in.
# made older
Six openings | One story, six first pages, and why the fifth stayed.
Class magazine, spring issue | Edited and laid out; the note from the editor is worth reading.
# dream young
I want to write a book with chapters and my name on the side.
# dream older
Journalism, I think. I like asking people things and getting it right.
# goal young
Write a story with three chapters.
Write a story with two chapters and a title page.
Chapter one, nine sentences, all of them about a storm.
Read it to a partner and added where the children were.
Chapter two begins with talking. That was a new idea.
Both chapters bound with yarn, in the class library.
The story got too big; wrote a poem about the storm instead.
# goal older
Submit one piece to the regional writing contest.
Finish one piece that somebody outside school will read.
A draft of 900 words, told from the brother's side.
Cut it by a third after the writing group's comments.
Third draft; reads it aloud to find the bumps.
Sent, with a cover letter. Whatever comes of it, it is finished.
Decided the piece is private. That is a good reason.
""",
    "space and the sky": """
# young
{n} used an orange and a flashlight to show us why there is night. Everybody tried it.
Knew that the moon was up in the morning and took us outside to prove it.
Counted back from ten with a straight face, every day, before we line up.
Asked how long it would take to walk to the sun. We worked it out. It is long.
Made a chart of the moon for two weeks; only one cloudy box was left empty.
Explained to a worried friend that the sun will last longer than homework.
# older
{n} measured the height of a crater from its shadow and was within a tenth of the printed value.
Set up the telescope for family night and let every small child look first.
Found an error of a factor of ten in the worksheet and wrote to me about it, kindly.
Plotted brightness against time and saw the dip before I pointed it out.
Asked what we would have believed four hundred years ago, and why.
Joined the citizen science project and has classified over a thousand images.
# says young
There is no up in space. I think about that in bed.
The moon follows our car but it also follows your car.
I want to see Saturn for real, not in a book.
# says older
Math got interesting when it started to be about somewhere.
I classified galaxies for an hour and forgot to eat. Not proud of it. A little proud.
Looking at old light makes my bad day pretty small.
# made young
Two weeks of moon | A chart with thirteen drawings and one cloud.
Walk to the sun | A number story with very big numbers.
# made older
Crater heights from shadows | Measurements, geometry and a discussion of the error.
A dip in the light | A plot of a transit with the reasoning written beside it.
# dream young
I will be the one who talks to the astronauts on the radio.
# dream older
Physics or data work. I'd be happy as the person who keeps the instruments running.
# goal young
Watch the moon for a whole month and draw it.
Watch the moon for two weeks and draw it on the chart.
Five drawings, one from the car.
Saw that it rises later each day, and told the class.
Nine drawings; asked grandpa to wake {them} for one.
Chart full. It hangs in the hallway now.
Too many clouds this month, and bedtime is bedtime.
# goal older
Carry out one measurement of the sky and write it up.
Carry out one measurement of the sky with borrowed data and write it up.
Question is settled and the data are found.
First plot made; two points look wrong and are being checked.
Draft read by the science teacher; the part on error grew.
Report done, and shown at the spring fair.
Changed to a chemistry project with a partner.
""",
    "coding and games": """
# young
{n} gave the robot mouse seven steps in a row and it arrived at the cheese.
When the program went wrong {n} acted it out on the floor to find the bad step.
Invented a board game with rules a kindergartner could follow, and wrote them down.
Showed a partner where to click, with hands behind {their} own back.
Found two ways to draw the same square and asked which one is "more lazy".
Stopped when the timer rang, even though the level was nearly done.
# older
{n} wrote the scoring sheet for the relay day. It ran for five hours without a fix.
Helped a classmate to read the error message instead of simply fixing it.
Named every variable so that I could follow the program without asking.
Asked who can see what an app collects, and read the policy. All of it.
Tested the game with sixth graders and changed the jump because of what {they} saw.
Presented a bug of {their} own making to the club, as a lesson. Good humor about it, too.
# says young
The computer does what you say, not what you want.
I made a game where you can't lose. My sister likes it.
First I made it wrong and then I made it less wrong.
# says older
I like it when my code is boring to read. It took me a year to get there.
I put my phone in the other room to finish this. It worked, please don't tell my mother.
Games got me into it. What keeps me is fixing things for people.
# made young
The cheese map | Seven arrows and a drawing of the one that was wrong.
Game for two | A board, rules and three cards that say "swap".
# made older
Relay day scorer | A spreadsheet with checks, and a page on how it was tested.
Lantern | A small platform game with notes from nine testers.
# dream young
I will make a game that helps you fall asleep.
# dream older
Software, or security. There is a dual-enrollment class at the college that I want to try.
# goal young
Make a program that tells a story in five scenes.
Make a program that tells a story in three scenes.
One scene works, and it has a talking fish.
Found out alone why the fish would not stop.
Two scenes, with a button between them.
All three scenes run. Showed it at family night.
Wants to make a paper game first.
# goal older
Finish a small program that someone else uses.
Finish a small program that one teacher uses.
Asked the librarian what annoys her most. It is overdue notices.
First version sorts the list; names with accents broke it.
Accents fixed, and a test added so they stay fixed.
The librarian uses it every Friday.
The district's system does this now. We kept what was learned.
""",
    "cooking and baking": """
# young
{n} measured half a cup twice and said it makes a whole one. Then checked with water.
Explained to the class how tamales, dumplings and pierogi are cousins.
Washed hands without a reminder and reminded the next in line.
Wrote a recipe in order: first, next, then, last.
Tried the beet. Made a face, and said "not for me, thank you".
Cut the banana with the safe knife, fingers tucked in, slow and straight.
# older
{n} scaled a recipe from 6 to 85 and had the flour right to the gram.
Ran the bake sale table: change counted, allergies on every label.
In chemistry {n} asked whether the bread could be the experiment. It was a good one.
Earned the trust of the kitchen staff; they let {them} plan a Thursday.
Showed a classmate how to hold the knife, and was patient about the onions.
Compared the cost of cooking and of buying for a week, and shared the sheet with families.
# says young
I can crack an egg with one hand but only sometimes.
My grandma does not measure. I measure for her.
When you cook you have to wait and smell.
# says older
A kitchen is the only place where I like being told to hurry.
I cook at home four nights a week. It is not a chore if you pick the music.
Fractions make sense to me when there is butter involved.
# made young
How to make my lunch | A how-to with four steps and one warning.
One cup, two halves | A drawing with a number sentence underneath.
# made older
Bread, five ways | A lab report on water, salt and time.
Thursday menu | A costed menu for 85, with an allergy table and the kitchen's notes.
# dream young
I want a restaurant where kids get in first.
# dream older
Culinary program in the mornings next year, then a kitchen where I can learn. One day my own truck.
# goal young
Write down a recipe from home so that someone else can cook it.
Write down a recipe from home with all the amounts.
Asked grandma; she said "enough".
Measured "enough" with a cup. It is one and a half.
Four steps written, one of them is "wait".
A friend cooked it with his father and it worked.
We will try the class cookbook next year instead.
# goal older
Pass the food handler certificate.
Pass the food handler certificate before the spring bake sale.
Took the practice test: 68 percent.
Temperatures are down cold now; working on storage times.
84 percent on the second practice test.
Passed with 92 percent; the card is in the file.
The test date clashed with a family trip; rebooked for summer on {their} own account.
""",
    "helping people": """
# young
{n} sat beside the new child at lunch for a week, and then brought two others along.
Got the ice pack before I had asked for it, and a chair as well.
Played doctor with great care: asked where it hurts first.
Noticed that a friend had no mittens and found a pair in the lost and found.
Remembered that the substitute would not know the bus line, and told her.
Knows every name in the other kindergarten class.
# older
{n} tutors two fourth graders on Wednesdays and plans each session on a card.
Took the first aid course and could show the recovery position to the whole class.
Kept a worried family company at the front desk, and kept what {they} heard private.
In health science {n} asked what happens to people who have no ride to the clinic.
Stayed with a classmate who felt faint, sent another for the nurse, kept the others back.
Set up the winter coat table and made sure that nobody had to ask.
# says young
If somebody cries you can just sit there too.
I helped Ms Park carry things and she said I am strong.
I am the big one at home so I know how to do shoes.
# says older
I want to be useful to someone every day. It sounds corny. It's true.
At the clinic they let me fill the water and talk to people. Talking was the real work.
I explain forms to my grandparents, so I know what it's like when nobody explains.
# made young
How to be a friend | A poster with six ideas and the same small dog in every corner.
Band-aid book | A booklet about staying calm.
# made older
Getting to the clinic | A survey of bus times and appointments on the north side.
Wednesday cards | Eleven lesson plans for two fourth graders, with notes on what worked.
# dream young
I want to be a nurse and drive the ambulance too.
# dream older
Nursing. I have looked up the prerequisites and I am not scared of any but chemistry.
# goal young
Help someone every day without being asked.
Help someone every day and draw it in the helper book.
Four drawings this week.
Helped at home too, and told us about it.
Noticed that asking "do you want help?" works better.
The helper book is full. It has twenty-two pages.
Worked on asking for help instead, which was harder.
# goal older
Complete the job shadow at the community clinic.
Complete two job shadow days and write about one of them.
Forms signed, shots up to date.
First day done; six pages of notes.
Thank-you letter sent, and an answer received.
Both days done. The supervisor's letter is in the portfolio.
The clinic paused visits for the flu season; moved to next fall.
""",
}
