"""What teachers see in lessons, and how they tell of growth; by band and by how it is going."""

LESSONS = """
# reading young working
{n} reread the page because it "did not sound like talking". That is monitoring.
Word wall words are coming quickly now; seven new ones since the last check.
Reading with a partner keeps {them} going longer than reading alone.
Held on to the beginning of the story, lost the end. We will try stopping more often.
Chose a book that fits, which has taken us some weeks.
Reads the poem with expression on the third time through.
# reading young strong
{n} finished the series and now compares its villains.
Found the author's trick: every chapter ends with a question.
Reads information texts with a pencil, and the pencil is busy.
Used the word "reluctant" at lunch, correctly, about broccoli.
Wrote a recommendation that has three other children waiting for the book.
# reading older working
Text annotations went from underlining everything to underlining what matters.
{n} came to help hour with the passage already read twice. New, and good.
Quotes are in the essay now. The next step is saying what they show.
Vocabulary quiz at 70 percent after 45 last month.
Read the whole play aloud with the group and asked about the parts {they} had not followed.
# reading older strong
Built an argument around the one line everybody else skipped.
{n} reads across sources and says where they quarrel.
Thesis is clear, and the counterargument is taken seriously.
Chose a difficult novel and kept a log that I would like to use as a model.
Led the seminar with three questions on one index card.
# mathematics young working
{n} used the number line to check and caught the slip.
Counts on from the larger number now, without being reminded.
Word problems are easier when we act them out first.
Measured in centimeters from the 1 instead of the 0; laughed when the stick grew.
Shows the work now, so we can both see where it turns.
Telling time to the half hour is steady; quarter hours come next.
# mathematics young strong
{n} found a second way to solve it and asked which one I like better.
Asked what comes after a trillion, and then after that.
Made a pattern that fooled me for two minutes.
Estimates first, always, and writes the estimate down.
Explained why an even and an odd make an odd, with socks.
# mathematics older working
Steps are on the page now; the errors are small ones and can be found.
{n} used the graph to see that the answer made no sense, and went back.
Came in twice before the unit test. It moved from 58 to 76.
Fractions slow {them} down in algebra. We do five a day.
Asked for an extra example rather than copying one. I'll take that trade.
# mathematics older strong
{n} proved it with a picture and then with algebra, and said which one convinced {them}.
Found a counterexample to my own statement. Put it on the board with a name on it.
Extended the problem to three variables for fun.
Sees the structure before the numbers; helps others to.
Modeled the bus timetable with a system of inequalities.
# growing
Between fall and spring {n} grew more than is usual for the grade; it shows in class, too.
The spring score is up. What I see on paper agrees with it: longer, surer, fewer blanks.
I looked at the fall work beside this week's. The difference is plain, also to {n}.
The score has moved steadily for three checks in a row.
# flat
The score stands where it stood in the fall. The daily work is better than that, so we look again.
A flat half year on the growth check. There were many absences; we make a plan rather than worry.
The check went down a little, within its error. In class I see no step back.
"""

SOCIAL = """
# young
{n} greeted everyone at the morning circle by name.
Waited for a turn at the swings and counted the turns out loud.
Was sad after the weekend and said so. Drew for a while, and then joined us.
Found a friend to clean up with; the two of them sang.
Said sorry first, and it was clearly not easy.
Missed {their} family after the break, and was fine by snack time.
Ate lunch with a new group today.
Told a grown-up when a game got rough. The right thing to do.
Played alone at recess by choice, content, and came in telling me about it.
Held a friend's hand on the walk to the library.
# older
{n} works well with nearly anyone now; last year I had to plan every group.
Seemed tired and short this week. We talked; {they} will see the counselor on Thursday.
Handled a rumor with more grace than most adults would.
Asked to change seats away from friends, in order to work.
Mood is lighter since the schedule change.
Took feedback on the draft without armor.
Stood with a classmate who was alone after the assembly.
Has found a group at lunch. It took until October, and it is a good one.
Came to talk about a friendship that is changing. Thoughtful, a little sad.
Owned up to the mistake before we had noticed it.
Laughs more in third period than in first. Who does not.
"""

COUNSELOR = """
# young
Classroom visit: {n} joined the feelings game and found words for "jealous" and "left out".
Short talk at {their} request. Things are well; {they} wanted to show me a loose tooth.
Met after the move to a new seat. {n} would like one friend close by; arranged with the teacher.
Checked in after the long weekend. Sleep is better, mornings are still a rush.
We made a plan for the bus: sit in front, count the stops, wave.
# older
Planning talk: which courses keep which doors open. {n} took notes and asked about the cost.
Checked in about workload. {n} will drop one club until the end of the quarter.
Talked through a conflict in the team. {n} chose to speak to them first and report back. Did both.
{n} came in to say that it went well. We so rarely write that down, so here it is.
Looked at the transcript together. {n} could explain every dip in it, honestly.
We talked about what to do on the bad days. {n} named two people to go to.
Went over graduation credits. On track; one elective to choose.
"""

CLOSERS = """
#
I'd like to see it again in a week or two.
Told {their} family about it.
{They} seemed pleased, and so was I.
Worth mentioning at the next review.
First time I have seen this.
No adult help this time.
I took a photo for the portfolio.
This was after a hard morning, too.
I will plan for more of it.
The rest of the group noticed.
We talked about it briefly afterward.
It did not come from nowhere; it has been building for weeks.
A small thing, and I want to remember it.
Not every day, but more often than in the fall.
I shared it with the team.
I said so to {them}.
That was on a Friday afternoon, no less.
Asked to do it again tomorrow.
"""

WORKS = """
#
Works best near a window, with the task on one page.
{n} likes to see a finished example before starting.
A quiet start and a loud finish: first alone, then with the group.
Drawing while listening helps; it looks like daydreaming and is the opposite.
Wants feedback on the spot and in few words.
{n} remembers what was built or acted out, far longer than what was read.
Prefers to know the plan for the day before it begins.
Deadlines in pieces. {n} asked for this.
"""
