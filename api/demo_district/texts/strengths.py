"""What learners are good at: what teachers see, grades K–5 (`young`) and 6–12 (`older`)."""

STRENGTHS = {
    "does not give up": """
# young
{n} tried the puzzle three ways, put it down at snack and came back with a fourth.
Fell off the beam and climbed on again before I got there.
Erased, tried, erased, tried. Then a very quiet "yes".
Asked for the harder page, and did not mind getting two of it wrong.
# older
{n} corrected the whole test at home, though only half of it was asked for.
Was cut from the team in August and asked the coach what to work on.
Went through four drafts and could tell me what each was for.
Stayed with the proof through lunch. The last line was simple, and {their} own.
""",
    "is kind to others": """
# young
{n} noticed who had no partner and changed {their} own plan.
Shared the last red marker, and that is the most wanted one.
Said "you can have my turn, I had one yesterday".
Made a card for the bus driver because she had a cold.
# older
Moved a bag from the seat without being asked when the new student came in.
{n} speaks about people who are not in the room as if they were.
Covered a friend's shift at the book fair and would not take the credit.
Thanked the substitute by name. She mentioned it at the office.
""",
    "asks good questions": """
# young
"Why do we say half past and not half before?" I had to think about that one.
{n} asked the firefighter what he is afraid of. The room went still.
Wanted to know who decided the alphabet's order.
Three questions on the exit slip, where one was asked for, and all three worth a lesson.
# older
Asked whether the sample in the study looked like us. It did not.
{n} asked "what would change your mind?" in the debate, and meant it.
Kept on asking where the figure came from until we found it. It was wrong.
Asks the second question, the one after the obvious one.
""",
    "brings people together": """
# young
{n} got the whole carpet to tidy up by making it a race against the clock.
Gave everybody a part in the play, even the one who only wanted to be a tree.
Said "let's vote", counted the hands, and lost, and played along.
Explained the rules so that nobody felt slow.
# older
Ran the group meeting with an agenda on a sticky note. Done in twenty minutes.
{n} asks the quiet ones first.
Took the blame for the group's late report and then fixed the plan.
Welcomes people at the door of the club, every time.
""",
    "sees what others miss": """
# young
{n} saw that the clock had stopped before any of us.
Found the one leaf with a different edge.
Noticed that I had new glasses, and that I was tired. Both true.
Spotted the pattern in the calendar and predicted Friday's picture.
# older
Found the missing minus sign on slide three, and told me afterward.
{n} noticed that the two maps use different scales, which was the whole point.
Reads the footnotes. Quotes them, too.
Saw in the data that Tuesdays are odd, and found out why.
""",
    "makes people laugh": """
# young
{n} gave the skeleton a voice and taught the table seven bones that way.
A joke at just the right moment, when two friends were about to fight.
Told the story of the burnt pancakes with all the sounds.
Laughs at {their} own mistakes, which makes it safe for the others.
# older
{n} turned the safety rules into a skit. Everybody passed the quiz.
Knows when not to joke. That is the harder half.
Wrote a parody of the announcement that the principal then read out loud.
Kept the bus in good spirits through two hours of snow.
""",
    "explains things clearly": """
# young
{n} showed a friend how to regroup, with beans, and never took the pencil.
Told the visitor what we were doing, and why, in two sentences.
Drew the rule instead of saying it. Everyone got it.
Said "start with what you know" to a classmate. My words, but {they} meant them.
# older
Three people understood the proof only after {n} had explained it.
Wrote lab instructions so plain that another class could use them.
{n} looks for an example first, then the rule.
Compared a cell membrane with the front door on game day. It stuck.
""",
    "lives in two languages": """
# young
{n} found a word in one language for which the other has none, and told us about it.
Switches without a bump when grandmother picks {them} up.
Read the bilingual book both ways, and preferred the jokes of the first.
Taught the class to count to ten. We are still not good at it.
# older
Translated the field trip letter, and improved the English on the way.
{n} noticed how the two versions of the speech differ, and wrote about it.
Helps in the newcomer class without ever answering for someone.
Took the placement test and came out three levels up.
""",
    "is calm and reliable": """
# young
{n} has fed the fish, stacked the chairs and closed the window, as every day.
Walked the new child to the nurse and back and told me what she had said.
In the fire drill {n} held the door, counted, and was not in a hurry.
Line leader for a week; nobody ran.
# older
If {n} says it will be there on Thursday, it is there on Thursday.
Set up the stage lights, labeled each cable, and locked up.
Kept the lab group calm when the beaker broke: glass first, then questions.
Has opened the tutoring room every Wednesday since October.
""",
}
