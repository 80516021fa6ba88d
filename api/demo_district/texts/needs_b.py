"""What is hard for learners, second half: attention, attendance, speaking up, getting along.

The sections are those of the first half.
"""

NEEDS_B = {
    "keeping track of work": """
# seen
{n} had done the homework. It was under the bed, on the bus, and finally in another folder.
Began four things in twenty minutes, all of them well.
With the checklist taped to the desk {n} finished the whole morning's work.
Looked up at every noise in the hallway. Moved to the front without a fuss, and it helped.
Packed the bag alone and checked it against the list, out loud.
Turned in a project two days early and told me twice, in case I had missed it.
Broke the lab report into parts on the calendar and kept three dates of four.
# support
Check-in, check-out | Five minutes in the morning and five at the end of the day with one adult.
Comes every morning. The afternoon one gets forgotten on gym days.
Missing work is down from nine to three. Big tasks still need to be cut up.
Writes {their} own list now; we only look at it together.
Two weeks without a missing assignment, then one bad week, then back again.
# ended
{n} runs the list alone and asked to have the mornings free.
# goal young
Bring the folder home and back every day.
Bring the folder home and back four days out of five.
Three days this week.
Four, with a picture on the door to remember.
Four again, and found the reading log too.
Two whole weeks. The folder has a name now: Frank.
The class uses one folder for all from this month on.
# goal older
Have no more than two missing assignments at any time.
Have no more than two missing assignments, checked every Friday.
Started at seven; down to four.
Two on Friday, both with a date.
None for the first time since September.
The whole quarter at two or fewer.
The new gradebook shows this to everyone; we drop it as a goal.
# works
One thing at a time on the desk, the rest out of sight.
A list to cross off, and a short walk after each half hour.
Being told how long something will take.
# given
Seat near the teacher and away from the door.
Long assignments divided into dated parts.
Short breaks, agreed by signal, with a task to come back to.
# family
Mornings are hard. A picture list by the door has helped more than shouting.
{n} can build for three hours and cannot find a pencil. We laugh, mostly.
# says young
My brain is like a lot of dogs.
I like the list. I like the crossing off part.
# says older
I work best when there's a clock and a plan. Without them the day just goes.
Losing things isn't not caring. I care a lot. I just lose them.
""",
    "being here every day": """
# seen
{n} was away on four Mondays this month, and works hard to catch up on the Tuesdays.
Came late and slipped in quietly. We have agreed on a wave, no questions at the door.
A good week: five days, all of it.
Missed the unit test; sat it in the lunch hour without complaint.
Is easier to reach since the bus stop moved. We should have asked sooner.
Told me ahead of time about an appointment and took the work along.
Second month without an absence that nobody knew of.
# support
Attendance plan with the family | A call home the same morning, a bus pass, one adult to come to.
Absences down from six to three this month. The family answers every call.
The bus pass helps; Mondays are still the weak spot.
Missed days were a flu that went round. Otherwise here.
Ninety-four percent since the last review. {n} knows the figure.
# ended
A semester above ninety-three percent; the family and {n} think it will hold.
# goal young
Come to school every day for three weeks.
Come to school on every Monday this month.
Two Mondays out of two.
One miss, with a fever. It does not count against anyone.
Three Mondays and a song to start the week.
The whole month. {n} rang the bell.
The family moved closer; no goal is needed.
# goal older
Miss no more than two days this quarter.
Miss no more than three days this quarter, and get the notes from a partner each time.
One day so far, with notes.
Kept to it through the cold weeks.
Two days, both called in.
The quarter ended with two days missed.
A long illness in the family; we work on keeping up from home.
# works
Knowing who will be there in the morning.
Notes from a partner on the same day, not a week later.
# given
Make-up tests within a week without a penalty.
# family
I start work at five and {n} gets the little ones ready. Some days it is too much. We are trying.
The car broke in October. With the pass it is better.
# says young
I don't like when I miss the story and everybody knows it but me.
My brother was sick and I stayed to help.
# says older
I'm not skipping. I'm getting three kids to school before me.
One missed day costs me two. I know that now.
""",
    "speaking up": """
# seen
{n} knew the answer, wrote it down, and turned the paper over.
Spoke to me in the hallway about the book for five minutes. In class, nothing.
Answered when I gave the question the day before.
Asked a partner to share for both of them, and nodded at every word.
Said "I think" in front of eight people. The voice shook. {They} finished.
Read the announcement over the speaker. From the office nobody could see {them}, which helped.
Raised a hand without having been asked. I tried not to look too pleased.
# support
Lunch group with the counselor | Five learners, games and talk, every second week.
Comes, eats, listens. Laughed twice.
Told the group about home. The others asked good questions.
Practices one sentence for class in the group and then says it there.
Leads the check-in round now and then.
# ended
{n} says the group "did its thing". The door stays open.
# goal young
Say one thing to the whole class each week.
Say one thing at my table every day, and one to the class when I'm ready.
Table talk three days.
Asked for a marker out loud.
One sentence to the class: it was about the hamster.
Four weeks, four sentences, all about animals.
We stopped counting because it made it worse. It goes well without.
# goal older
Take part in one discussion a week without being called on.
Prepare one question for a discussion each week and ask it.
Question written, not asked. Next week.
Asked it, and three people answered.
Two discussions without the card.
Spoke in every seminar this quarter, once on the unpopular side.
Does this through the debate club's sound desk for now. Fair enough.
# works
Knowing the question ahead of time.
Small groups, the same people for a while.
Writing first and speaking from the page.
# given
Presentations to the teacher or a small group instead of the whole class.
# family
At home {n} never stops talking. When we heard "quiet" we thought you meant another child.
Please do not force it. A little at a time has always worked.
# says young
My words are loud inside.
I like to talk to one person.
# says older
I rehearse everything. People think I have nothing to say.
I asked a question today. The world did not end.
""",
    "getting along when things go wrong": """
# seen
Lost at the game and swept it off the table. Helped to pick it up, in tears.
{n} walked away from a quarrel and came to find me. That is new.
Named the feeling ("I'm at a six") and asked for the quiet corner.
Pushed in line, and could later say what had happened just before.
Wrote an apology that did not contain the word "but".
Settled an argument about the ball between two others, and was fair to both.
Was teased, looked at me, shrugged, and went on working.
# support
Skills for hot moments | Naming feelings, a plan, practice with the counselor once a week.
Can name the early signs. In the moment it is still too fast.
Three uses of the quiet corner this week, each under five minutes.
Went from eleven incidents a month to four. The four are shorter, too.
Teaches the number scale to others, which shows how well it sits.
# ended
Two months without an incident that needed an adult.
# goal young
Use my words or my card when I am mad.
Show my card before I am at a seven.
Used the card once, at an eight.
Twice, at a six.
Told a friend "I need a minute".
A month with the card, and the last week without it.
Works on losing games first, because that is where it starts.
# goal older
Step out before things get loud, and come back within ten minutes.
Step out with the signal, and come back within five minutes.
Stepped out twice, came back once.
Came back both times and picked up where the class was.
Used the breathing instead of leaving.
A quarter without being sent out. {n} stepped out four times and came back four times.
The class has changed and so has the trouble; we set a new one in the fall.
# works
A private word rather than a public one.
A way out that everyone has agreed to.
Moving: carrying books, a lap of the hallway, then talking.
# given
A cool-down pass to a named place and person.
# family
It is better at home too. We use the numbers now, and so does grandmother.
When {n} is tired or hungry it goes wrong. After practice, feed first and then talk.
# says young
When I'm mad my hands are faster than me.
The quiet corner is not for bad kids. It is for loud days.
# says older
I used to think walking away was losing.
People remember the fifth grade me. I'd like them to update.
""",
    "clear speech": """
# seen
{n} said a long sentence about the weekend; I caught half. {They} said it again for me.
Says "wabbit" and knows it, and smiles about it.
The r at the beginning of words holds when speaking slowly.
Ordered lunch and was understood the first time.
Told a joke to the whole table. Timing perfect, every word clear.
Read aloud with the sound in nearly every word. Tired at the end, and proud.
# support
Speech, twice a week | Sounds in words, then in sentences, then in play.
The r comes in single words in 6 of 10 tries.
8 of 10 in words; now in short sentences.
Holds in reading, not yet when excited.
Self-corrects without a sign from me.
# ended
Meets the aim in conversation in three settings.
# goal young
Say r in ten words that matter to me.
Say r in ten words, with my own name list.
Four names: Ruby, Rosa, Ricky, Rex.
Seven. Practiced with a cousin on the phone.
Nine, and used three of them in the story circle.
All ten, and twice in a joke.
A new tooth is in the way, says the speech teacher. Back after the break.
# goal older
Hold my sounds through a two-minute talk.
Hold my sounds through a two-minute talk to three people.
One minute, recorded, listened to together.
Ninety seconds.
Two minutes with notes.
Two minutes in class, and the only question was about the topic.
{n} decided it does not bother {them} any more. We agreed.
# works
Someone who waits to the end of the sentence.
Hearing a recording rather than being told.
# given
Oral answers may be given one to one.
# family
Grandma understands every word. It is the strangers. It is getting better.
We play the sound game in the car.
# says young
I say it slow and then they know.
# says older
If you didn't get it, ask me again. Don't pretend.
""",
}
