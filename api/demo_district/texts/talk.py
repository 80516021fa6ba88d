"""What is said around the record: learners' reflections, reviews, comments, confirmations."""

REFLECTIONS = """
# young
I am proud that I read to the class.
This year I learned to wait. It is hard but I can.
I want to get better at tying and at subtracting.
My best day was the day with the frogs.
I help people zip.
When it is too loud I go to the book corner and then I'm okay.
I learn best when I can move a little.
Something I can teach: how to fold a paper boat.
Next year I want to know everybody's name.
I was scared of the big cafeteria and now I'm not.
I made a mistake and my teacher said it was an interesting one.
I like partner work if the partner also works.
# middle
This semester I finally asked for help before it was too late, twice.
I am better at starting than I was. Finishing is next.
What works for me is doing the worst thing first and then it's just a normal day.
I got a B and was happier about it than about some of my As, because I know what it cost.
I learn best with people who argue nicely.
My goal was too big. I cut it in half and now it moves.
I thought this school would be huge and mean. It's just huge.
I look at my old work and I can see I was rushing.
If I could change one thing, I'd have lunch later.
I'm proud that I kept going to practice after I wasn't picked.
I need quiet to read and noise to do math. I don't know why.
Something nobody asks: I'm good at calming people down.
# older
I've started planning my week on Sunday and I am annoyed by how well it works.
The class I complained about the most is the one I use the most.
I work weekends now. It taught me to say no to things, which school hadn't.
I want my last years here to be about something I chose.
I did better on the retake because I finally looked at what I got wrong, not how much.
My attendance slipped and so did everything else. I see the line between them now.
Teachers here know me. I didn't think I would need that, and I did.
I learn best when I have to explain it to my little brother.
I don't have a plan for everything. I have a plan for the next two years, and that's enough.
Last year I'd have hidden this grade. This year I brought it to my counselor.
I'm applying even though I might not get it.
Looking back at my ninth grade goals made me laugh, and then it made me proud.
"""

INTERVIEWS = """
# young
{n} told us about home, about a loose tooth, and about {interest}. Wants "to be big and still play".
Sat with {n} and {their} family. They describe a child who {strength}, and hope school keeps it so.
First talk at school: likes {interest}, is not sure about the cafeteria, has a lucky pencil.
# older
{n} talked about {interest} for ten minutes without a pause, and about {need} only when asked.
Spoke about the years so far. What {n} wants us to know: "{interest}, and that I'm trying."
{n} says school is fine, some of it is good, and the good part has to do with {interest}.
"""

AGREED = """
#
We looked at the work from the start of the semester beside this month's. {n} picked the piece
 to keep. Support for {need} goes on as it is.
{n} opened the review with three slides: proud of, stuck on, want next. We agreed to more time for
 {interest} and a check on {need} in six weeks.
Family and school see the same picture. Keep going; fewer emails, one call a month.
New goal set together. The old one can rest: it was ours more than it was {n}'s.
Growth in reading is on track. In mathematics we add one session a week until the next check.
{n} asked for a quieter place to work. Agreed from Monday on, to be looked at again in a month.
Talked mostly about strengths: {n} {strength}, and teachers in every class say so.
Agreed that homework stops after forty minutes, finished or not, and the family signs.
We will try the afternoon club for {interest}. Transport is settled with the family.
The family told us about a hard autumn. The counselor will see {n} every second week.
{n} wants to be asked before a teacher shares something {they} wrote. We all agreed.
Attendance is better. The bus pass stays. We thanked the family for the effort behind it.
Two goals for the next half year, one for school and one for {n} alone.
What works was written down for next year's teachers: clear start, short steps, time to think.
Looked at the growth charts with their margins. Nobody needs to worry; everybody has work to do.
{n} led half of the meeting. We agreed that next time it will be all of it.
Course choices for next year were talked through. {n} keeps {interest} in the schedule.
The plan for {need} was made shorter: three points that every teacher can remember.
The family would like letters in plain words. We went through this one together, line by line.
Agreed to tell the next teacher early about {need}, and even earlier about {interest}.
"""

PREPARE = """
#
Please bring one piece of work that you like.
With an interpreter, if the family wants one.
The evening slot, because of work.
By phone; the family has no car this month.
{n} would like to open the meeting.
The reading specialist joins for the first half.
Together with the little sister's review, one after the other.
In person this time. Room 12.
Bring the support plan; it ends soon unless we renew it.
A short one: thirty minutes, two topics.
"""

COMMENTS = """
# staff
I see the same in my class.
This fits with what the family told us in the fall.
Interesting. It fits with something I saw on Monday.
Thank you for writing this down; I would have missed it.
I tried the same with the small group and it worked there, too.
Agreed, and it has grown since the fall.
Same at lunch, for what it's worth.
Read this out to the team this morning.
Good to know before conferences.
# needs
Since the change of seats I see this less.
Let us keep an eye on it without making it big.
I have moved this to the top of my list for Thursday.
It is easier before lunch than after, in my room.
A shorter task and a clear start have helped here.
Thank you. I had taken it for something else.
# family
We see this at home, too. Thank you for noticing.
We did not know this. It made our week.
{n} told us about it in the car, with all the details.
Please keep telling us the small things.
"""

CONFIRMED = """
#
Still so; asked {n} this week.
Seen again in two classes.
Checked at the review, and the family agrees.
True as ever.
Asked the homeroom teacher: yes.
{n} says "obviously".
"""

ASSENT = """
# given
Okay. But not my drawings.
Okay, if it ends in the summer.
Yes.
It's fine if I can see what they write.
Yes, that's fine with me.
# declined
I'd rather tell them myself.
Not the counselor stuff.
"""
