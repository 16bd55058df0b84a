/**
 * What guessers try first: the words that most leaked passwords are made of, in lower case. Digits, repeats, keyboard
 * rows and alphabets are recognised by rule and need no entry.
 */
export const commonWords: ReadonlySet<string> = new Set(
  `password passwort passwd pass motdepasse contrasena senha wachtwoord parola haslo
  admin administrator root user guest test tester testing demo default login logon signin welcome willkommen hello
  hallo bonjour changeme change letmein enter open access secret geheim master superuser system server computer
  internet network wireless router cisco oracle microsoft windows google facebook apple samsung android linux ubuntu
  debian raspberry docker github meshdeck mesh deck machine cluster lab laboratory office company work school
  university student teacher research science
  love iloveyou loveyou lovely lover baby babygirl angel princess prinzessin queen king prince sunshine sweet sweety
  honey sugar flower blossom rose butterfly rainbow heaven freedom forever friend friends family mother father mom dad
  sister brother boyfriend girlfriend wife husband schatz liebe amor tequiero teamo jesus christ god bless faith
  hope trust peace happy lucky smile dream star stars moon sun sky summer winter spring autumn sommer herbst
  fruehling monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
  september october november december
  football soccer baseball basketball hockey golf tennis sport sports player game gamer games runner racing
  liverpool arsenal chelsea barcelona madrid juventus milan bayern dortmund yankees cowboys lakers eagles steelers
  tiger lion eagle wolf bear dragon monkey horse dog cat kitty puppy fish shark snake spider panther dolphin
  phoenix unicorn chicken turtle rabbit panda
  batman superman spiderman ironman starwars pokemon naruto mario zelda minecraft fortnite matrix neo trinity
  harley davidson mustang ferrari porsche mercedes bmw audi toyota honda yamaha corvette camaro
  cheese cookie chocolate pepper banana orange apple cherry lemon pizza coffee beer whiskey vodka
  red green blue black white yellow purple pink silver gold golden diamond crystal
  michael jennifer jordan jessica ashley daniel andrew joshua matthew michelle charlie thomas robert william george
  nicole anthony maggie amanda hannah samantha david james john maria anna peter paul martin stefan andreas alexander
  sarah laura julia lisa emma sophie max leon felix lucas marco carlos jose juan pedro ana ivan natasha olga
  london paris berlin newyork california texas america canada germany france england london italy spain brasil mexico
  china india russia japan europe
  trustno1 shadow killer hunter ranger warrior soldier ninja pirate wizard magic mystery legend hero power force
  thunder lightning storm fire ice water earth stone rock metal music guitar piano drummer
  money dollar cash bank rich boss private public live life world live death hell devil satan evil dark night
  correct horse battery staple abc xyz qwerty qwertz azerty asdf zxcvb yxcvb`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
