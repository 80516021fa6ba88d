"""What is hard for learners, first half: reading, writing, mathematics and language.

Sections: `seen` is staged, from the first signs to a good end; `support` as `title | what for`,
then its reviews in order, `ended` why it ends; `goal young` and `goal older` as with interests;
`works` what helps (learning preferences); `given` accommodations of a special education plan;
`family` what a family says about it; `says …` the learner's words.
"""

NEEDS_A = {
    "sounding out words": """
# seen
{n} guessed from the picture and the first letter; the middle of the word got lost.
Understood everything when I read it aloud, and far less when reading alone.
Read "from" as "form" twice on one page, and got frustrated. We stopped there and came back later.
With the sound cards {n} built eleven words out of twelve. On paper it was five.
Starts to tap out the parts of long words. Slow, but it is {their} own strategy now.
Read a page of {their} own choice to me. Two slips, both of them mended without help.
Used the reader on the tablet for science and kept up with the whole chapter.
Looked at a word of five syllables, said "wait", and got it.
# support
Structured reading, small group | Sounds and spelling in a fixed order, four times a week.
The group moved from short vowels to blends. {n} needs more rounds than the others, and takes them.
Accuracy in the lists went from 71 to 84 percent; in connected text it is still slower.
Word endings are steady now. We add reading aloud to a partner on Fridays.
Reads the lists for the grade below at 93 percent. Good reason to keep going.
# ended
Reads at the benchmark of the group in two checks in a row; the classroom plan goes on.
# goal young
Read twenty words with blends without help.
Read fifteen words with blends and five with silent e.
Eight words today, seven of them right.
Eleven, and found the silent e alone.
Sixteen. Asked for the harder pile.
All twenty, and read them again to the principal.
The group changes its program in January; the new goal will be set there.
# goal older
Read one chapter a week with the audio and one page without it.
Read two pages a week without the audio, marking the words that stop me.
First chapter done; marked nine words.
Keeps a list of word parts and uses it in biology.
Three pages this week, without being reminded.
Six weeks in a row. The word list has 74 parts on it.
Prefers to work on this with the reading specialist alone, not as a written goal.
# works
Hearing the text first, then reading it. {n} says "then I know where I'm going".
A card under the line, and larger print without being singled out.
Time to answer out loud before writing.
# given
Extended time (1.5×) on reading tests and on classroom tests with a lot of text.
Text read aloud, by a person or the tablet, in every subject except the reading test itself.
Spelling is not counted in subjects other than English.
# family
At home {n} asks us to read the instructions first and then does all of it alone.
We have a lot of trouble with reading homework. It takes an hour and there are tears.
# says young
The letters are slippery.
I am good at listening to books. My eyes get tired before my ears.
# says older
I'm not slow. I read slowly. That took me years to say.
The audio isn't cheating. I still do the thinking.
""",
    "understanding what is read": """
# seen
Reads fluently, then cannot say who the story was about. {n} looks surprised each time.
Retold the beginning and the end; the middle was missing.
With a question in mind before reading, {n} found the answer and put a finger on it.
Starts to stop at the bottom of a page and say one sentence about it.
{n} wrote a margin note that was a real question: "why does she hide the letter?"
Drew an inference from two places in the text and could say which two.
Compared two articles and noticed they used the same figure for opposite ends.
# support
Reading conversations | Four learners, one text a week, talk before and after.
Takes part when asked; rarely first. Retelling has improved from two parts to four.
Asks others "where does it say that?", which is exactly the point.
Needs fewer prompts with stories, and as many as before with information texts.
Main ideas are found in most texts now. Next is how the parts hang together.
# ended
Meets the group's aim in stories and in information texts; the class continues the strategies.
# goal young
After reading, tell who, where, what happened and how it ended.
After reading, tell who, where and what happened, using the story hand.
Two fingers out of four.
Three, with the ending still to come.
All four on a story we know.
Retold a new story, all four parts, to a partner who had not read it.
The class works on retelling together now; no goal of its own needed.
# goal older
Write a two-sentence summary after each history reading.
Write one sentence per section and one for the whole.
First three summaries copied from the text. We talked about it.
Own words in the last two.
Summaries are shorter and better; used them for the test.
Eight readings, eight summaries; the last one was read to the class as an example.
Took up color notes instead and likes them more.
# works
A question to read for, rather than "read chapter three".
Stopping halfway to say it to somebody.
Drawing the order of things as boxes and arrows.
# given
Questions handed out before the text.
# family
{n} reads fast and then we ask what it was about and nobody knows, {n} least of all.
We talk about shows in the same way now: who, where, and what was the problem.
# says young
I read all the words but they fell out.
I like when we stop and talk.
# says older
If I know what I'm looking for I can find it. If not it's just words.
I write a question in the margin. It keeps me awake.
""",
    "getting ideas onto paper": """
# seen
{n} told me a wonderful story and wrote one line of it.
Sat in front of the blank page for ten minutes. When I wrote the first words, the next three came.
Dictated a paragraph and then was surprised by how good it was.
Uses the planning strip now: four boxes, a word in each, then sentences.
Wrote for twelve minutes without stopping. Spelling can wait.
Handed in a full page, and added a sentence that joined the two halves.
Revised by moving a paragraph, not just by fixing commas.
# support
Writing workshop table | A plan, a partner and a timer, three times a week.
Gets started within two minutes when the plan is talked through first.
Length has doubled since September; the ideas still outrun the hand.
Dictating helps a great deal. {n} gets half a page down before the bell now.
Drafts without a prompt. We are working on the second look.
# ended
Starts and finishes on the class schedule; the planning strip goes along to the next teacher.
# goal young
Write five sentences about one thing.
Write four sentences about one thing, and plan them with pictures first.
Two sentences, both of them about the dog.
Three, and the dog has a name now.
Four with capitals. The timer was not needed.
Five sentences, read aloud to the class, to laughter in the right places.
We talk stories for now; writing them comes back in spring.
# goal older
Hand in every writing assignment, finished or not.
Hand in every writing assignment with a plan attached.
Three out of four in September.
All in this month; two of them shorter than asked, and fine.
Asked for an extension in time, instead of after.
Nothing missing this semester. The plans are taped into the notebook.
The English department changed to portfolios; we follow those dates.
# works
Talking it through with someone before the first sentence.
A timer and a promise that the first draft is not graded.
Dictating or typing for anything longer than five lines.
# given
A keyboard, or speech to text, for written work in every subject.
A planning sheet for any text longer than a paragraph.
# family
{n} talks all the way home and then writes "it was good". We write it down together sometimes.
Could the assignments come home with an example? That helps all of us.
# says young
My story is long in my mouth and short on the paper.
The first word is the hardest word.
# says older
A blank page feels like everyone is looking at me.
I type it badly first. Then I fix it. Nobody told me you were allowed.
""",
    "number facts and place value": """
# seen
Counted on fingers under the table for 8 + 5; knew the answer, did not trust it.
{n} wrote 305 for thirty-five. With the blocks it was clear at once.
Made ten first and then added the rest, and explained that to a partner.
Lined up the decimals this time, and checked with an estimate.
Lost the sign in the third line, found it when reading backwards.
Solved the same problem by table and by drawing, and they agreed.
Answered a class question about fractions before anyone else, rather quietly.
# support
Number sense group | Strategies rather than speed, three short sessions a week.
Makes tens reliably; crossing a hundred needs the number line.
Facts to 20 at 34 a minute, up from 19. More important: no more guessing.
Multiplies by 2, 5 and 10; derives the others from these, which takes time.
Keeps up in class with the chart at hand. Looks at it less.
# ended
Two checks above the cut score. The class teacher keeps the warm-up going.
# goal young
Know all the pairs that make ten.
Know the pairs that make ten, and use them to add past ten.
Knows 5 and 5, 9 and 1, 8 and 2.
All the pairs when it is quiet.
Used "make ten" in a word problem alone.
Twenty cards out of twenty, with a grin.
The class has moved on to subtraction and {n} keeps up.
# goal older
Finish the fraction unit with every quiz at 75 percent or above.
Retake any fraction quiz under 75 percent within a week.
First quiz 61. Came to help hour and retook it: 79.
Second quiz 77 at the first try.
Can explain why the denominators have to match.
Unit done with 82 percent. The notebook is a model.
Schedule change; the new class starts with ratios and takes the goal up there.
# works
Seeing it first: a drawing, blocks, the number line.
One worked example on the desk while trying the next.
Fewer problems, chosen well, and time to check.
# given
A multiplication chart and a calculator where the fact itself is not what is tested.
# family
We were taught another way and we confuse {n}. Can you show us yours?
{n} counts change at the store now and is right.
# says young
I know it but it hides.
Blocks are not for babies, they are for seeing.
# says older
I was sure I was bad at math. I was bad at fractions. There's a difference.
If I draw it I can do it.
""",
    "learning English": """
# seen
{n} watched closely and did what the others did; said little, understood more than it seemed.
Pointed, then found the word: "scissors". We both cheered.
Explained the game to a newcomer in their shared language, then to me in English.
First full sentence in front of the class: "I don't agree, because it is too small."
Mixes tenses when excited, and corrects {their} own speech when calm.
Read the science page with the picture glossary and answered four of five questions.
Asked what "run into" means, and noticed that it means two things.
Stood up for an idea in the debate with hardly a pause to look for words.
# support
English language development | Speaking, reading and writing with the EL teacher, daily.
Level 2 in speaking, level 1 in writing. Very willing.
Speaks in groups of three now, and not yet in front of everybody.
Reading has moved a level. Academic words need pictures and repetition.
Level 4 in listening and speaking; writing follows half a level behind.
# ended
Met the exit score in all four parts. Monitored for two more years, as the rule says.
# goal young
Say one thing in English in every morning meeting.
Say one whole sentence in the morning meeting, three days a week.
Said "good morning, I have a baby cousin".
Two days this week, without a card.
Asked a question of another child.
A month of mornings. Now the trouble is stopping.
Chose to read to the group instead of speaking.
# goal older
Move up one level in writing on the language test.
Move up half a level in writing, and keep a word notebook.
Notebook has 60 words, 22 of them used in class.
Wrote a full lab report with the sentence starters.
Starters are gone from the last report. The verbs held.
Moved from level 2.9 to 3.6 in writing.
The test moved to next year; the notebook goes on.
# works
Pictures and real things first, words after.
A partner who speaks the same language for the first minute.
Time to think in one language and answer in another.
# given
Directions in short sentences, with a picture where possible.
# family
We speak our own language at home and tell old stories, so that nothing gets lost.
{n} reads the school's letters to us. That should not be a child's work; please call us.
# says young
I have two words for everything.
At first I was quiet. I was not sad, I was listening.
# says older
In my language I'm funny. In English I'm getting there.
People talk louder when they hear my accent. Slower would help more.
""",
}
