"""Goals that any learner might set: goal, revision, three steps, how reached, why set aside.

Sections of `GOALS` are `band number first-last`, with the first and the last grade it suits.
"""

GOALS = """
# young 1 1-5
Read at home for fifteen minutes, four evenings a week.
Read at home for ten minutes, four evenings a week, to anybody who listens.
Two evenings this week; the log came back with a sticker on it.
Four evenings. The listener was a stuffed rabbit.
Five weeks of logs on the wall.
The log is full, and reading in the evening has become a habit.
The family reads together on weekends instead; the log was one paper too many.
# young 2 0-2
Write my name and the date on every paper.
Write my name on every paper, first thing.
Name on three papers out of five.
Every paper on Tuesday and on Wednesday.
A week without a mystery paper.
A month of papers with names. The lost-paper box is empty.
This took care of itself.
# young 3 0-1
Learn to tie my shoes and to zip my coat before winter.
Learn to zip my coat alone, and tie with the two-loop way.
The zipper works when nobody looks.
One loop holds.
Two loops, loose.
Both, in under a minute, on the day of the first snow.
New shoes with straps. We smiled and moved on.
# young 4 2-5
Solve the problem of the week twelve times this year.
Solve the problem of the week ten times, with a partner if I like.
Three solved, all with drawings.
Five; wrote down how in one of them.
Nine, and one of them had two answers.
Ten problems, in a book with a cover.
We ended the problem of the week in March, in this class.
# young 5 0-5
Make one new friend at recess.
Ask one new person to play each week.
Asked, and the answer was "later".
Played four square with two children from the other class.
Knows eleven new names.
Has a friend to sit with on the bus, too.
We found that one good friend is what {n} wants. That friend is back from a trip.
# young 6 3-4
Learn all my times tables up to ten.
Learn the 2s, 5s, 10s and one hard table of my choice.
The 2s and the 10s are sure.
The 5s by looking at the clock.
The hard table is the 7s, halfway.
All four tables, asked in any order.
The group works on strategies now and the tables can wait.
# older 1 6-12
No grade below a C this semester.
No grade below a B- in two classes that I choose, none below C elsewhere.
Chose science and English. Both stand at B-.
A slip in math; signed up for help hour.
Back above the line everywhere at the third check.
Semester closed with everything where it was meant to be.
We changed from grades to hours of study, which {n} can control.
# older 2 9-12
Visit two programs I could see myself in after school.
Visit one program in person and one online, and write down five questions first.
Questions written; two of them about money.
Online visit done. "Less scary than I thought."
The in-person day is booked with the counselor.
Both visits done; notes are in the portfolio.
Wants to wait with this until the job question is settled.
# older 3 6-10
Turn in the science project on the day it is due.
Turn in the science project in four parts on four dates.
Part one on time.
Part two a day late, with an email beforehand.
Part three on time, and better than the first.
All in, the last part two days early.
Switched to a group project with dates of its own.
# older 4 6-12
Sleep by ten thirty on school nights.
Sleep by eleven on school nights, phone in the kitchen.
Three nights of five.
Four; says mornings are "less of a crime".
Kept it through test week.
A month of it. First-period teachers noticed.
Work shifts make this impossible for now.
# older 5 6-12
Read six books of my own choice this year.
Read four books of my own choice, one of them out of my comfort zone.
One finished, one abandoned with reasons.
Two done; passed the second on to a friend.
The strange one turned out to be the best.
Four books, and a list for the summer.
A heavy semester in the other classes. Audiobooks on the bus instead.
# older 6 6-12
Raise my mathematics grade by one letter.
Raise my mathematics grade by one letter, with help hour on Tuesdays.
Went to three help hours out of four.
Quiz average is up by six points.
Test corrections are handed in every time.
From C+ to B. The corrections did it, {n} says.
Moved to a course that fits the plan better.
# older 7 7-12
Lead one club meeting or class discussion.
Lead one club meeting, with a plan written beforehand.
Agenda is on paper.
Led ten minutes together with the adviser.
Asked for feedback and got some.
Led the whole meeting; it ended on time.
Decided that leading is not the only way to count. True.
# older 8 8-12
Finish my service hours before spring.
Finish twelve service hours before spring, at a place I care about.
Found the place.
Five hours signed.
Nine, with a kind note from the supervisor.
Fourteen hours. Plans to stay on.
The program has paused; hours will count next year.
# older 9 10-12
Save enough from weekend work to pay for the driving course.
Save half of the driving course from weekend work; the family gives the rest.
The first fifty dollars are in the account.
Two months in a row without touching it.
Three quarters there.
Paid, and the first lesson is behind {them}.
The car at home was sold; we let it rest.
"""

LONG_TERM = """
# young
Become a reader who chooses books alone.
Feel at home in two languages, in talking and in reading.
Be ready for middle school: the bag, the locker, the big building.
Be the one who helps the younger ones.
# older
Finish high school with a plan that is mine.
Be the first in our family to go to college, or to decide against it knowing what it is.
Find work where I use my hands and my head.
Graduate on time and without debt to anybody.
Be able to say what I am good at, and show it.
Take one class at the college before I leave school.
"""

LONG_STEPS = """
#
Looked at it together at the review: still wanted, and a step nearer.
{n} asked to keep this one on top of the list.
Talked with someone who has done it; three things to remember are in the folder.
Slower than planned, and still going.
One hard part is behind {them} now. {n} named it without help.
Wrote down what has already changed since this was set. It filled half a page.
"""
