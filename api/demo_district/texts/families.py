"""What families say, by language. Texts in a family's own language are given as they said them.

`{n}` is the learner's name; these texts avoid pronouns that a language would have to inflect.
"""

FAMILY = """
# en young
{n} reads to the dog every night. The dog is patient.
We are new in town and {n} misses the cousins. Sundays are the hardest.
Bedtime is early now, and the mornings are much better.
{n} helps with the baby without being asked.
We would love to hear about good days too, not only about the difficult ones.
{n} takes everything apart and we have started to leave the screwdriver out.
Grandfather picks up on Tuesdays and Thursdays. He is a little hard of hearing, please speak up.
{n} said "I am a math person" at dinner. We do not know where it came from, and we are glad.
There was a death in the family in the summer. {n} asks about it at odd moments.
At home the tablet is only for weekends; please tell us when homework needs it.
{n} counts everything: steps, peas, the days to the weekend.
# en older
{n} gets up without being called now. Small miracle.
We see a lot of work and little sleep. Can the deadlines be spread out?
{n} makes dinner on Wednesdays. We eat well on Wednesdays.
We want {n} to have choices that we did not have.
Our hours have changed; evenings are best for a call, after seven.
{n} was proud of the last project and would not say so. We say it here instead.
Money is tight this year. If there are fees, please tell us early and we will plan.
The phone is out of the bedroom by agreement. It took a month of peace talks.
{n} has a job on Saturdays. We agreed that school comes first and we look at it in January.
An older cousin has been through college here and helps with the forms.
We do not always agree with the grade but we do see the work behind it.
# es young
{n} nos lee en la noche, primero en español y después en inglés.
En casa ayuda mucho con su hermanita. Es muy responsable para su edad.
Le gusta la escuela, pero los lunes le cuesta despedirse.
Quisiéramos recibir las cartas en español, por favor. Así las entendemos todos.
Su abuela le enseña a cocinar y a contar los ingredientes.
Nos contó del experimento con los frijoles y quiso repetirlo en la cocina.
Estamos muy orgullosos. El año pasado no quería leer y ahora pide libros.
# es older
{n} traduce para nosotros en el médico. Sabemos que es mucho y buscamos otra ayuda.
Se acuesta tarde por la tarea. ¿Podemos hablar de cómo repartirla?
Queremos que vaya a la universidad, pero no sabemos por dónde empezar con los papeles.
Trabaja con su tío los sábados y ahorra casi todo.
Habla poco de la escuela, pero canta cuando le va bien.
Le agradecemos a la consejera la llamada. Nos ayudó a estar tranquilos.
Antes se enojaba más. Ahora sale a caminar y regresa con calma.
# ar young
القصص هي أكثر ما يفرح {n}، ونقرأ معاً كل ليلة بالعربية.
نشكر المعلمة على صبرها. نرى تقدماً كبيراً في الكلام.
في البيت نتكلم العربية حتى لا ينسى الأطفال لغة الجدة.
نرجو الاتصال بنا بعد الساعة الخامسة لأننا نعمل حتى ذلك الوقت.
في رمضان نسهر قليلاً، فنرجو تفهّم التعب في الصباح.
كان الانتقال صعباً في البداية، والآن هناك أصدقاء في الصف.
# ar older
نريد أن نعرف أكثر عن المواد المطلوبة للتخرج، ويفضَّل ذلك مع مترجم.
الرياضيات سهلة في البيت، لكن المسائل الكلامية بالإنجليزية تأخذ وقتاً طويلاً.
نحن فخورون جداً بالعمل التطوعي وبالاحترام للكبار.
نرجو ألا يُطلب من أولادنا أن يترجموا في الاجتماعات.
هناك رغبة في دراسة الطب، ونحتاج إلى نصيحة عن الخطوات.
الدراسة في المساء أفضل بعد أن ينام الصغار ويهدأ البيت.
# vi young
{n} rất thích đi học và kể chuyện ở lớp mỗi bữa tối.
Ở nhà gia đình nói tiếng Việt để cháu nói chuyện được với ông bà.
Cháu hơi nhút nhát lúc đầu, xin cô kiên nhẫn thêm một chút.
Tối nào cháu cũng đọc sách cho em nghe.
Xin gửi thư bằng tiếng Việt nếu được, bà nội cũng muốn đọc.
Cháu khoe bài toán được khen và treo lên tủ lạnh.
# vi older
Gia đình muốn hiểu rõ hơn về các lớp cần cho đại học.
{n} phụ tiệm vào thứ Bảy nhưng việc học vẫn là trước hết.
Cháu thức khuya làm bài, chúng tôi hơi lo về giấc ngủ.
Cảm ơn thầy cô đã gọi điện. Chúng tôi thấy yên tâm hơn nhiều.
Cháu ít nói nhưng vẽ và viết rất nhiều ở nhà.
Năm nay cháu tự tin hơn, dám hỏi khi chưa hiểu.
"""

CONTEST = (
    "We do not agree with this entry. {n} was not the one who started it, two other children said "
    "so the same day, and nobody asked {n} before it was written down."
)
