"""Words that say nothing about which task is meant, in the four languages that questions are asked in.

As people type them; `tokens` folds them as it folds questions. "Hvem" and "who" are not among them: whom to call at the
municipality is another question than whether to call it for a family.
"""

DANISH = """
    ad af al alle alt altid at bare begge blev blive bliver bør da de dem den denne der deres det dette dig din dine
    dit dog du efter egen eller en end endnu er et ej få fået får for fordi fra før gør gøre gerne godt gå går ham
    han hans har have havde hej hende hendes her hvad hver hvis hvor hvordan hvorfor hvornår i ifølge igen ikke
    ind ingen blevet jeg jer jeres jo kan kom komme kommer kun kunne lad lave laver lidt lige man mange med meget
    mellem men mener mere mest mig min mine mit måske må måtte nej noget nogen nogle nok nu når og også okay om op
    os over på rigtig rigtige så sådan sagt selv ses sig sige siger sin sine sit skal skulle som spørge spørger
    stadig står synes tak tit til time tror uden ud under var ved vel vi vide vil ville vist være været vores hjælpe
    hjælper hjælp folk gang gange måde ok lov tilladt nødt uge uger dag dage måned måneder år god gode fin flink
    hedder ting hjemme
"""
ENGLISH = """
    a about actually after again all allowed also am an and any anyone anything are as asked ask asks at be because
    been before being both but by can cannot cant could did do does doesnt doing dont down each either even ever
    every everyone few for from get gets getting give go goes going gonna good got had has hasnt have having he
    hello help helping helps her here hers hey hi him his how i id if ill im in instead into is isnt it its ive just
    keep know let lets like little make may maybe me might mine more most much must my need needs next nice no not
    nothing now of off ok okay on one only or other our out over own please possible put really right said same say
    says shall she should so some someone something still such take tell than thank thanks that thats the their them
    then there they theyre thing things think this those to too trying up us use very want wants was we well were
    what whats when where which while whos why will with without wont would yes yet you your week weeks day days
    month months year years ago long last soon
"""
UKRAINIAN = """
    а або але б би без бо був була були було бути в вам вас ваш ваша вже ви від він вона вони воно все всі вся всіх
    де для до дуже є з за зі зараз звідки і із інший її їй їм їх їхній його йому й коли куди ледве лише мабуть мене
    мені ми мій може можна могла можу можуть можливо моя моє мої на навіть навіщо над нам нас наш наша наше наші не
    нема немає нею ним них ні ніби ніхто нічого ну о об один одна одно ось отже перед під після по поки потрібно
    потім при про просить просять просто протягом раз разом саме своє своїх свій своя свою себе собі скільки сказати
    сказав сказала треба так така такий також там те тепер ти тим тих то тобі тоді той того тому тут ту у хоч хоче
    хочу хочемо хочуть хто це цей цим цього ця цю ці чи чим чого чому що щоб щось як яка який якщо які якось
    допомогти допомагати допоможу допомагаю можете тиждень тижні день дні місяць місяці рік роки років дозволено
    добре
"""
ARABIC = """
    ان انا انت انتم انني اني او اي اين اذا الا التي الذي الذين اللي الى الان انه انها ام اما ايضا بس بعد بعض بل بين
    به بها تكون تلك ثم جدا جميع حتى حيث حول خلال دون ذلك راح سوف شو شي شيء شيئا عادي على علي عليه عليها عليهم عم عن
    عند عندما عنده عندها عندهم عندي عشان علشان غير فقط في فيه فيها قال قالوا قبل قد كان كانت كل كم كما كنت كي كيف لا
    لازم لان لانه لانها لدي لديه لديهم لقد لكن لكي لم لما لماذا لن له لها لهم لو لي ليس ليش ليه ما ماذا مافي متى مثل
    مع معه معها معهم معي ممكن من منذ منه منها منهم مني مين نحن نحنا هذا هذه هذي هاي هل هم هن هنا هناك هو هي هيك و
    وانا وهل يا يجب يعني يكون يمكن يمكنني استطيع اقدر بدي بدهم بدها بدنا اريد يريد تريد نريد نحب احب حدا احد اليوم
    يوم ايام اسبوع الاسبوع شهر الشهر سنه السنه يجوز مسموح اساعد مساعده اساعده اساعدها اساعدهم
"""
