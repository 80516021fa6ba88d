"""What learners love, first half: nature, making and moving.

Sections: `young` and `older` are what teachers see (grades K–5, 6–12); `says …` the learner's
words; `made …` work as `title | what it shows`; `dream …` what they want to become; `goal …` in
order the goal, its revision, three steps of progress, how it was reached, why it was set aside.
"""

INTERESTS_A = {
    "dinosaurs and fossils": """
# young
{n} sorted the plastic dinosaurs by what they ate and explained each pile to a visitor.
Brought a rock to show and tell and was sure it held a fossil. We looked at it with a hand lens.
Stayed in at recess to finish labeling a drawing of a triceratops, frill and all.
Read the whole dinosaur shelf in the library and asked Ms Whitfield for "the ones for grown-ups".
{n} corrected my pronunciation of "pachycephalosaurus", politely, and was right.
Compared two footprints in the sandbox and guessed which animal was heavier, and why.
Used the word "evidence" about a fossil tooth without being asked to.
# older
{n} brought a trilobite from a creek bed to class and had already keyed it out to genus.
In the layers lab {n} explained why the older rock can end up on top; three groups came to listen.
Gave up a free period to help wash and number the shale samples from the quarry trip.
Asked how anyone knows how fast a hadrosaur ran, then found and brought the trackway formula.
{n} kept the cleanest field notebook of the trip: sketch, scale bar, compass bearing, every page.
Argued, with sources, that the textbook timeline of the extinction is out of date.
# says young
I know 31 dinosaurs. My favorite is the one with the duck mouth because people think it is boring.
I want to dig. My mom says not in the flower bed.
If you find a bone you have to go slow with the brush. I am good at slow.
# says older
People think fossils are about dead things. For me it is reading a place like a book.
I spent Saturday at the creek and found nothing, and it was still the best day of my week.
I used to just collect. Now I write down where each piece came from, because otherwise it is a rock.
# made young
My dinosaur book | Eight pages, each animal with its size next to a school bus.
Footprint measuring | Two trackways, measured with string and written as a number sentence.
# made older
Creek survey, six sites | Table of finds by layer, with a map drawn to scale.
How deep is a million years? | An essay that builds the answer from one road cut.
# dream young
When I grow up I will work in the museum and people will ask me questions.
# dream older
I want to study earth science and work outdoors, maybe mapping, maybe a dig crew in the summers.
# goal young
Tell the class about one fossil, with three facts I checked in a book.
Tell the class about one fossil with two facts, and show where I found them.
Chose the ammonite and found the first fact.
Practiced with the reading buddy and spoke loud enough to be heard at the door.
Has all the facts on cards; wants to bring the real one from home.
Spoke for four minutes, answered two questions and said "I don't know, I'd look it up" to a third.
Would rather make a poster than stand in front of the class for now.
# goal older
Finish a field notebook of the creek that another person could use.
Finish the notebook for three sites instead of six, so that each has a proper sketch.
Two sites done; the second has bearings and a scale.
Let a classmate try to find site 2 from the notes alone. They did, with one wrong turn.
Added a key and a legend after the classmate's comments.
The notebook went to the nature center, which asked to keep a copy.
The creek was closed for repairs to the bridge; we will look for another place next year.
""",
    "building and robotics": """
# young
Built a bridge from craft sticks that held eleven books. {n} counted them twice.
When the tower fell {n} said "now we know where it is weak" and started at that corner.
Took the broken stapler apart, laid the parts out in a row and put it together again.
{n} drew a plan before touching the blocks, which nobody had asked for.
Made a marble run along the whole windowsill and timed it with the class clock.
Waited for a turn with the gears and then showed a younger child how they mesh.
Asked why the door closes by itself and spent a while watching the hinge.
# older
{n} rebuilt the gripper four times before the meet and can say what each version taught {them}.
Found the fault in another team's wiring by asking questions, and never touched their board.
In the drivetrain test {n} changed one thing at a time and kept a table. That is rare at this age.
Stayed after robotics to sort the hardware drawers so the next team could find the M4 bolts.
Talked the team out of a heavier arm with a sketch of the torque. The numbers held.
{n} taught three new members to solder and was patient with cold joints.
# says young
I made a car that goes by itself but only backwards.
First I think it in my head, then my hands do it.
When it breaks I am not sad any more. I just look.
# says older
I like the part where nothing works and nobody knows why yet.
Our robot came in ninth. I have a list of eleven things to change and I can't wait.
Building taught me to say "I was wrong" faster than anything else at school.
# made young
The eleven-book bridge | Craft sticks and glue; a drawing shows where it bent.
Marble run with a timer | Six runs, all written down, with the fastest circled.
# made older
Gripper, version 4 | Drawings of all four versions and what each one could not lift.
Line follower | Code and circuit, with a page on tuning and what went wrong.
# dream young
I want to build a machine that picks up the trash by itself.
# dream older
I am looking at the two-year mechatronics program, and at engineering if the math keeps going well.
# goal young
Build something with wheels that goes straight across the rug.
Build something with wheels that goes straight for one meter of floor.
It rolls, and turns left every time.
Found out that one axle was bent; made a new one from a dowel.
Straight for half the rug, then a slow curve.
It crossed the whole rug in front of the class, twice.
Wants to build a crane instead, which is fine.
# goal older
Lead the drivetrain on the team's robot this season.
Lead the drivetrain together with a partner and write up how it is tuned.
Chose the gear ratio and defended it in the design review.
Drive test passed; still pulls right above half speed.
Tuned it on the practice field; the write-up is half done.
The robot drove every match without a fault and the write-up is in the team's binder.
Stepped back from the team this term to make room for a job on weekends.
""",
    "soccer": """
# young
At recess {n} made sure the kindergartners got a turn with the ball, too.
{n} drew up teams so they came out fair, and nobody argued. That does not happen often.
Counted goals by twos and fives on the fence, then told me who had more and by how many.
Fell hard at recess, took a breath and went to say sorry to the child {they} had run into.
Wrote four sentences about Saturday's game, with a capital at the start of each one.
Ran the warm-up for the class in PE and remembered every stretch.
# older
{n} stayed to help the new goalkeeper after practice, though it meant the late bus.
Lost a close game and shook every hand. Two years ago {n} would have walked off.
Used match statistics for the data project; "possession" says less than {they} had thought.
Asked to move a quiz because of an away game, a week ahead and in a clear email.
On the sideline {n} noticed that a teammate was limping and told the coach before I saw it.
Captained the second half; kept calm and talked the whole time.
# says young
I am fast. I am learning to pass.
In soccer if you only look at the ball you miss everything.
I played with kids I don't know and we didn't need to talk.
# says older
Being on the bench taught me to watch. I see the gaps now.
I get my homework done on the bus because I know I'll be dead after practice.
When I play I stop thinking about everything else, and then things are easier after.
# made young
My best game | A comic in six boxes, with talking bubbles.
Goals this month | A bar chart with a title and labels.
# made older
Does possession win games? | A scatter plot of 40 matches, with a careful conclusion.
Letter to the athletic office | A case for later away buses, with the classes missed.
# dream young
I want to play for a team on TV, and be a teacher when it rains.
# dream older
I'd like to coach or do sports medicine. I know playing ends some day.
# goal young
Use kind words in a game, also when we lose.
Use kind words in a game, and take three breaths when a goal goes in.
Two recesses in a row without shouting.
Told a friend "good try" when they missed. The friend told me.
Needed one reminder this week.
A whole month; the recess aide wrote a note home to say so.
Chose to play four square this season.
# goal older
Keep every class at C or better through the season.
Keep every class at B- or better through the season, with Tuesday study hall.
All classes above the line at the first check.
One class slipped; went to two help sessions and brought it back.
Holding at mid-season, and used the bus ride for reading.
Season over, nothing below the line, and the letter of eligibility was never needed.
Tore a ligament in October; the goal moved to getting well.
""",
    "animals": """
# young
{n} noticed that the class snail had not moved and put a wet leaf beside it, very gently.
Knew that you let a dog smell your hand first, and told the visitor so.
Stayed calm when a bee came in, opened the window and explained to the others why.
Kept the feeding chart for the fish all week, weekend plan included.
Drew the stages of the butterfly in the right order and noticed the chrysalis had darkened.
Found a book about shelters and asked if the class could collect old towels.
# older
{n} organized the towel drive for the animal shelter: posters, boxes, a count for each homeroom.
In the behavior unit {n} watched one squirrel for forty minutes and took notes on all of it.
Asked a sharp question about how a drug is tested for animals of different weights.
Handled the dissection with care, and stood up for a classmate who chose the virtual one.
Showed a seventh grader how to hold the rabbit so that it feels safe.
Came back from volunteering and could explain triage to the class in plain words.
# says young
Animals can't say what hurts so you have to look a lot.
I have a cat. She waits at the window for me. I wait for her too.
I was sad and I read to the fish.
# says older
At the shelter they gave me the scared ones, because I can sit still.
I don't mind the gross parts. I mind when people leave an animal behind.
I learned more biology at the clinic in one Saturday than in a month, sorry.
# made young
How to be nice to a snail | A how-to in five steps, with pictures.
My pet for a day | A diary written as a guinea pig would write it.
# made older
Forty minutes of one squirrel | An ethogram, with a discussion of what a watcher changes.
Shelter intake, three years | Monthly figures from the county shelter, charted and explained.
# dream young
I will be a vet for cats and for small cows.
# dream older
Vet tech first, because I can start right after school. Then we'll see if I want the long road.
# goal young
Look after the class fish for a month with no days missed.
Look after the class fish for a month, and write the chart in pen.
First week done, every box ticked.
Noticed cloudy water and told me before lunch.
Swapped one day with a friend, by asking first.
Four weeks, no gaps. The fish looks well.
The fish was moved to the library; now feeds the birds instead.
# goal older
Log 40 volunteer hours at the shelter.
Log 30 volunteer hours at the shelter and write up one case.
Nine hours so far; passed the handling orientation.
Twenty-two hours, now trusted with the quiet room.
Case write-up drafted with the shelter's lead.
All hours signed off. The lead offered to write a reference.
No bus to the shelter on Saturdays since the timetable changed.
""",
    "gardening and the outdoors": """
# young
{n} remembered to water the beans on Monday without being asked.
Measured the sunflower with cubes, then with a ruler, and noticed both say the same thing.
Moved every worm off the path after the rain, and was late to line up because of it.
Knew which plants by the fence are safe to eat and which are not.
Taught the table group how deep a bean wants to be. Finger to the first knuckle.
Asked where the snow goes, and did not accept "away".
# older
{n} laid out the beds for the school garden on graph paper, with the shade at two o'clock drawn in.
Tested the creek water every week, also in the rain, and flagged the nitrate jump to the county.
Persuaded the cafeteria to weigh its waste for a week. The figures surprised everybody.
Took the younger group round the prairie plot and let them do the digging.
{n} repaired the drip line with what was in the shed.
Wrote to the grounds crew about the mowing dates, and got an answer and a later date.
# says young
My bean is the tallest but I don't say it to the others.
I like dirt. It is not dirty, it is soil.
When I am outside my head is quiet.
# says older
I get more done outside in an hour than in a day of sitting.
The garden is the only class where waiting is the work.
I wrote to the county about the creek and they wrote back. A whole page.
# made young
Bean diary | Nine entries with a measurement and a drawing each.
Who lives under the log? | A tally of what was found, and a question at the end.
# made older
Creek water, 22 weeks | A time series of nitrate and temperature, with the storm days marked.
Plan for the south beds | A drawing to scale with sun, water and a budget of $212.
# dream young
I want a farm with only strawberries and one horse.
# dream older
Something outdoors with a purpose: forestry, water, maybe the Conservation Corps for a year first.
# goal young
Keep a plant diary for six weeks.
Keep a plant diary with one measurement a week.
Three entries, the last with a ruler.
Missed a week, and wrote that down as well.
Five entries. The drawings show the second leaves now.
Six weeks; read the whole of it to the kindergarten.
The frost took the beans in one night. We talked about trying radishes.
# goal older
Run one bed of the school garden from seed to harvest.
Run one bed of the school garden and write down what it cost and gave.
Seeds started indoors, labeled and dated.
Lost half to slugs, and changed the plan.
First harvest weighed: 3.4 kg.
Harvest went to the food shelf, with the figures on a poster.
Needed the time for two younger brothers at home this spring.
""",
    "running and staying fit": """
# young
Ran the whole loop without stopping and then went back to run the last bit with a friend.
{n} timed everybody on the short track and read the stopwatch correctly, seconds and all.
Asked why the heart goes faster, and kept a hand on it to check after each game.
Taught us a balance game from home; it quieted the room better than I could.
Chose to climb the low wall first, then the high one. Told me that was {their} plan.
Drank water and reminded the table to do the same. Field day went well.
# older
Kept a training log since August and noticed that sleep explained more than miles.
{n} paced a new runner through the 3200 and let {their} own time go.
In health class {n} asked how the studies were paid for before believing the poster.
Set up the cross-country course with cones and a wheel, then walked it backwards to check.
Told the coach about shin pain early rather than running through it.
Wrote a plan for building back up after illness, and stuck to it.
# says young
My legs get tired but my head says one more.
I ran next to my friend the whole time so nobody was last alone.
When I move first I can sit after.
# says older
I'm not fast. I just don't stop, and it turns out that is most of it.
Running before school makes first period possible.
I wrote down my bad days too. That was the useful part of the log.
# made young
My heart, before and after | A table with five beats counted, and one surprise.
The field day map | Drawn from memory, with arrows and a water stop.
# made older
Sleep and pace, 14 weeks | A log with a fitted line and a paragraph on what it cannot show.
Course plan, fall invitational | Distances, marshals and first aid, as used on the day.
# dream young
I want to run in the big stadium with the flags.
# dream older
Physical therapy, or teaching PE. I like helping people get back to moving.
# goal young
Run for eight minutes without walking.
Run for eight minutes, slow enough to talk.
Four minutes today, with a grin.
Six minutes. Found out that starting slow helps.
Seven on a hot day.
Eight minutes, and then another lap because it felt good.
Sprained an ankle on the trampoline; starts again in spring.
# goal older
Train five days a week through November and keep a log.
Train four days a week and keep a log that has the sleep in it.
Three weeks logged, no gaps.
Backed off for a week because of a cough; wrote down why.
Log shared with the coach; two changes made to the plan.
Log complete through the last meet, with a best time by eleven seconds.
Left the team to look after a grandmother after school.
""",
}
