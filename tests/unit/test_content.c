/*
 * Tests of content/: every kind of fault, one at a time, in a small content set that is otherwise
 * good.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "content_set.h"

static void test_ini_faults(void **state)
{
    static const struct mutation mutations[] = {
        /* the file as such */
        {"regions/RU-BB.ini", "kind = область", "kind = \xff", "regions/RU-BB.ini:6: ", 1},
        {"regions/RU-BB.ini", "[region]", "\xEF\xBB\xBF[region]", "regions/RU-BB.ini:1: ", 1},
        {"regions/RU-BB.ini", NULL, a_folder, "regions/RU-BB.ini: is no regular file", 1},
        {"regions/RU-BB.txt", NULL, "x", "regions/RU-BB.txt: is no content: files here end in .ini",
         1},
        {"notes.txt", NULL, "x", "notes.txt: is no content", 1},
        {"regions/ru-cc.ini", NULL, REGION_BB, "regions/ru-cc.ini: file name must be an ISO 3166-2",
         1},
        {"contacts/Third.ini", NULL, "[contact]\nname = a\nabout = b\nposition = 3\nsources = s\n",
         "contacts/Third.ini: file name must be an id", 1},
        {"portals", NULL, absent, "portals: is missing", 6},
        {"places.tsv", NULL, absent, "places.tsv: is missing", 1},
        /* keys and sections */
        {"regions/RU-BB.ini", "kind =", "kid =", "regions/RU-BB.ini:6: [region] kid: unknown key",
         2},
        {"regions/RU-BB.ini", "", "[extra]\na = b\n",
         "regions/RU-BB.ini:12: [extra] unknown section", 1},
        {"regions/RU-BB.ini", "english = Second\n", "",
         "regions/RU-BB.ini:1: [region] english: is missing", 1},
        {"regions/RU-BB.ini", "english = Second",
         "english =", "regions/RU-BB.ini:5: [region] english: must", 1},
        {"regions/RU-BB.ini", "", "kind = край\n",
         "regions/RU-BB.ini:12: [region] kind: stands twice", 1},
        {"regions/RU-AA.ini", "[login.old]", "[login.schools]",
         "regions/RU-AA.ini:26: [login.schools] stands twice", 1},
        {"regions/RU-AA.ini", "[login.old]", "[login.-old]",
         "regions/RU-AA.ini:26: [login.-old] name after", 1},
        {"regions/RU-AA.ini", "sources = s", "sources = one; two",
         "regions/RU-AA.ini:24: [login.schools] sources: ", 1},
        {"regions/RU-AA.ini", "https://one.example/\n", "https://one.example/#a\n",
         "regions/RU-AA.ini:18: [login.schools] url: ", 1},
        {"portals/alpha.ini", "federal = no", "federal = nope",
         "portals/alpha.ini:4: [portal] federal: must be yes or no", 1},
        {"contacts/school.ini", "position = 1", "position = 0x1",
         "contacts/school.ini:4: [contact] position: must be a number from 1 to 999", 1},
        {"contacts/school.ini", "position = 1", "position = 99999999999",
         "contacts/school.ini:4: [contact] position: must be a number", 1},
        /* values */
        {"regions/RU-BB.ini", "Asia/Barnaul", "Asia/Barnaool",
         "regions/RU-BB.ini:8: [region] timezone: is no time zone", 1},
        {"regions/RU-BB.ini", "codes = 33", "codes = 3",
         "regions/RU-BB.ini:9: [region] codes: must be plate", 1},
        {"regions/RU-BB.ini", "= 649", "= 649-640",
         "regions/RU-BB.ini:10: [region] postcodes: must be first", 1},
        {"regions/RU-BB.ini", "1, 3", "1; 3", "regions/RU-BB.ini:11: [region] tile: ", 1},
        {"regions/RU-BB.ini", "1, 3", "1, 41",
         "regions/RU-BB.ini:11: [region] tile: must be row, column", 1},
        {"regions/RU-AA.ini", "https://one.example/\n", "ftp://one.example/\n",
         "regions/RU-AA.ini:18: [login.schools] url: must begin with https:// or http://", 1},
        {"regions/RU-AA.ini", "https://one.example/\n", "javascript:alert(1)\n",
         "regions/RU-AA.ini:18: [login.schools] url: must begin", 1},
        {"regions/RU-AA.ini", "https://one.example/\n", "https://школа.рф/\n",
         "regions/RU-AA.ini:18: [login.schools] url: must be ASCII", 1},
        {"regions/RU-AA.ini", "https://one.example/\n", "https://me:secret@one.example/\n",
         "regions/RU-AA.ini:18: [login.schools] url: must not hold a user name", 1},
        {"regions/RU-AA.ini", "audience = all", "audience = everybody",
         "regions/RU-AA.ini:20: [login.schools] audience: must be one of", 1},
        {"regions/RU-AA.ini", "via = esia", "via = ESIA",
         "regions/RU-AA.ini:21: [login.schools] via: must be one", 1},
        {"regions/RU-AA.ini", "status = current", "status = new",
         "regions/RU-AA.ini:22: [login.schools] status: must be one", 1},
        {"regions/RU-AA.ini", "note = Раз", "confidence = high",
         "regions/RU-AA.ini:23: [login.schools] confidence: unknown key", 1},
        {"regions/RU-AA.ini", "checked = 2018", "checked = 2018-02-30",
         "regions/RU-AA.ini:36: [login.old] checked: must be a date", 1},
        {"contacts/help.ini", "mon-fri 09:00-18:00", "пн-пт 9-18",
         "contacts/help.ini:8: [contact] hours: must be like mon-fri", 1},
        {"contacts/help.ini", "mon-fri 09:00-18:00", "mon-fri 18:00-09:00",
         "contacts/help.ini:8: [contact] hours: must be like mon-fri", 1},
        {"contacts/help.ini", "8 800 550-63-73", "звоните",
         "contacts/help.ini:5: [contact] phone: must be", 1},
        {"contacts/help.ini", "help@help.example", "help",
         "contacts/help.ini:6: [contact] email: must be", 1},
        {"contacts/help.ini", "https://help.example/", "http://help.example/",
         "contacts/help.ini:7: [contact] url: must begin with https://", 1},
    };

    (void)state;
    run_mutations(mutations, COUNT(mutations));
}

static void test_cross_faults(void **state)
{
    static const struct mutation mutations[] = {
        {"regions/RU-AA.ini", "portal = alpha", "portal = beta",
         "regions/RU-AA.ini:19: [login.schools] portal: no such file in portals: \"beta\"", 1},
        {"regions/RU-AA.ini", "contacts = school", "contacts = scool",
         "regions/RU-AA.ini:13: [region] contacts: no such file in contacts: \"scool\"", 1},
        {"portals/alpha.ini", "contacts = school", "contacts = scool",
         "portals/alpha.ini:5: [portal] contacts: no such file in contacts: \"scool\"", 1},
        {"regions/RU-AA.ini", "plain_http = нет сертификата\n", "",
         "regions/RU-AA.ini:28: [login.old] url: is not encrypted", 1},
        {"regions/RU-AA.ini", "via = esia\n", "via = esia\nplain_http = так\n",
         "regions/RU-AA.ini:22: [login.schools] plain_http: is only for an http address", 1},
        {"regions/RU-AA.ini", "http://two.example/", "HTTPS://ONE.example",
         "regions/RU-AA.ini:28: [login.old] url: the same address is already in section", 2},
        {"regions/RU-AA.ini", "https://was.example/", "https://one.example/",
         "regions/RU-AA.ini:39: [former.1] url: cannot be former", 1},
        {"regions/RU-AA.ini", "replaced_by = https://one.example\n",
         "replaced_by = https://six.example\n",
         "regions/RU-AA.ini:42: [former.1] replaced_by: is no sign-in address of this region", 1},
        {"regions/RU-AA.ini", "",
         "[former.2]\nurl = https://was.example\nportal = Б\nuntil = 2024\n"
         "replaced_by = https://one.example\nsources = s\n",
         "regions/RU-AA.ini:45: [former.2] url: the same address is already in section "
         "\"former.1\"",
         1},
        {"regions/RU-BB.ini", "codes = 33", "codes = 33, 122",
         "regions/RU-BB.ini:9: [region] codes: code 122 is claimed by ru-aa too", 1},
        {"regions/RU-BB.ini", "= 649", "= 649, 657-659",
         "regions/RU-BB.ini:10: [region] postcodes: postcodes 657 are claimed by ru-aa", 2},
        {"regions/RU-BB.ini", "tile = 1, 3", "tile = 01, 2",
         "regions/RU-BB.ini:11: [region] tile: is also", 1},
        {"regions/RU-BB.ini", "name = Вторая", "name = Первая",
         "regions/RU-BB.ini:2: [region] name: is also the name of \"ru-aa\"", 1},
        {"portals/fed.ini", "federal = yes", "federal = no",
         "portals/fed.ini:6: [address.main] addresses are", 1},
        {"contacts/help.ini", "timezone = Europe/Moscow\n", "",
         "contacts/help.ini:8: [contact] hours: timezone is required", 1},
        {"contacts/help.ini", "hours = mon-fri 09:00-18:00\n", "",
         "contacts/help.ini:8: [contact] timezone: is only for hours", 1},
        {"contacts/help.ini", "position = 2", "position = 1",
         "contacts/school.ini:4: [contact] position: is also the position of \"help\"", 1},
        {"places.tsv", "ru-aa", "ru-zz", "places.tsv:2: region \"ru-zz\" is not in regions", 1},
        {"figures/spare-1.svg", NULL, FIGURE, "figures/spare-1.svg: no step shows this figure", 1},
        {"figures/first-1.svg", "#f-window", "#f-windows",
         "figures/first-1.svg:1: no such symbol (FORMAT.md has the list): \"#f-windows\"", 1},
        {"figures/first-1.svg", "<text x=\"1\">", "<text x=\"1\" font-size=\"4\">",
         "figures/first-1.svg:1: this text does not fit", 1},
        {"figures/first-1.svg", "<text x=\"1\">",
         "<text x=\"9\" font-size=\"1\" text-anchor=\"end\">", NULL, 0},
        {"figures/first-1.svg", NULL, absent,
         "guides/first.md:21: no such file in figures: \"first-1\"", 1},
        {"questions/02-two.md", NULL, absent,
         "guides/first.md:13: related: no such guide or question, or a retired one: \"q/2\"", 1},
        {"questions/01-other.md", NULL, QUESTION_1,
         "questions/01-other.md:2: number: q/1 is also in ", 1},
        {"guides/other.md", NULL, GUIDE,
         "guides/other.md:5: position: is also the position of \"first\"", 1},
        {"guides/first.md", "portals: alpha", "portals: omega",
         "guides/first.md:10: portals: no such file", 1},
        {"guides/first.md", "regions: ru-aa", "regions: ru-zz",
         "guides/first.md:11: regions: no such file", 1},
        {"guides/first.md", "school, help", "school, hilfe",
         "guides/first.md:12: contacts: no such file", 1},
        {"guides/first.md", "q/1, q/2", "q/1, first",
         "guides/first.md:13: related: names the article itself", 1},
        {"questions/02-two.md", "sources: s", "sources: s\nretired: 2027-01-10",
         "guides/first.md:13: related: no such guide or question, or a retired one", 1},
        {"questions/02-two.md", "sources: s", "sources: s\nreplaced_by: q/1",
         "questions/02-two.md:6: replaced_by: is only for a retired article", 1},
        /* links */
        {"guides/first.md", "(/q/1)", "(/q/4)", "guides/first.md:15: link \"/q/4\" leads nowhere",
         1},
        {"guides/first.md", "(/q/1)", "(/q/01)", "guides/first.md:15: link \"/q/01\" leads nowhere",
         1},
        {"guides/first.md", "(/q/1)", "(/guides/first)",
         "guides/first.md:15: link \"/guides/first\" leads", 1},
        {"guides/first.md", "/region/ru-aa", "/region/RU-AA",
         "guides/first.md:25: link \"/region/RU-AA\" leads", 1},
        {"questions/01-one.md", "first#step-2", "first#step-3",
         "questions/01-one.md:11: link \"/guide/first#step-3\" leads nowhere", 1},
    };

    (void)state;
    run_mutations(mutations, COUNT(mutations));
}

static void test_markdown_faults(void **state)
{
    static const struct mutation mutations[] = {
        /* the file */
        {"guides/first.md", "Начало", "\xEF\xBB\xBFНачало",
         "guides/first.md:15: has a control character or a BOM", 1},
        {"guides/first.md", "Начало", "\xD0 начало", "guides/first.md:15: is not valid UTF-8", 1},
        {"guides/first.md", "Всё.\n", "Всё.\r\n", "guides/first.md:29: ends with CR", 1},
        {"guides/first.md", "Всё.", "Всё.\t", "guides/first.md:29: has a tab", 1},
        {"guides/first.md", NULL, a_folder, "guides/first.md: is no regular file", 1},
        {"guides/first.md", NULL, "", "guides/first.md: is empty", 1},
        {"guides/First.md", NULL, GUIDE, "guides/First.md: file name must be an id", 1},
        {"guides/second.txt", NULL, GUIDE,
         "guides/second.txt: is no content: files here end in .md", 1},
        {"questions/3-three.md", NULL, QUESTION_2,
         "questions/3-three.md: file name must be the number", 1},
        {"questions/04-four.md", NULL, QUESTION_2,
         "questions/04-four.md:2: number: must be 4, as the file", 1},
        /* metadata */
        {"guides/first.md",
         "needs:", "need:", "guides/first.md:7: unknown key \"need\" for a guide", 2},
        {"guides/first.md", "result: Вы вошли\n", "", "guides/first.md: result: is required", 1},
        {"guides/first.md", "result: Вы вошли", "minutes: 6",
         "guides/first.md:9: minutes: stands twice: it is also in line 8", 2},
        {"guides/first.md", "minutes: 5", "minutes: five",
         "guides/first.md:8: minutes: must be a number", 1},
        {"guides/first.md", "minutes: 5", "minutes 5",
         "guides/first.md:8: must be a line \"key: value\"", 1},
        {"guides/first.md", "updated: 2026-11-21", "updated: 2026-11",
         "guides/first.md:3: updated: must be a day", 1},
        {"questions/01-one.md", "aloud: Раз. / Два.", "aloud: Раз.",
         "questions/01-one.md:8: aloud: must be 2 to 8 phrases", 1},
        {"questions/01-one.md", "aloud: Раз. / Два.", "aloud: Раз. / ",
         "questions/01-one.md:8: aloud: must be phrases of 1 to 12 words", 1},
        {"questions/01-one.md", "aloud: Раз. / Два.", "aloud: Раз. / а б в г д е ж з и к л м н",
         "questions/01-one.md:8: aloud: must be phrases of 1 to 12 words", 1},
        {"questions/01-one.md", "aloud: Раз. / Два.", "aloud: Раз \" / Два.",
         "questions/01-one.md:8: aloud: must not hold straight quotes", 1},
        {"guides/first.md", "short: Как", "short: **Как**",
         "guides/first.md:2: short: must be plain text", 1},
        {"guides/first.md", "q/1, q/2", "q/1, q/1",
         "guides/first.md:13: related: names one thing twice", 1},
        {"guides/first.md", "q/1, q/2", "q1/, q/2",
         "guides/first.md:13: related: must be questions like q/8", 1},
        {"questions/01-one.md", "reader: staff", "reader: all",
         "questions/01-one.md:3: reader: must be one of", 1},
        {"questions/01-one.md", "reader: staff", "needs: x",
         "questions/01-one.md:3: unknown key \"needs\" for a q", 1},
        /* text */
        {"guides/first.md", "Всё.", "Всё<br>.", "guides/first.md:29: raw HTML \"<br>\"", 1},
        {"guides/first.md", "Всё.", "<div onclick=\"x\">Всё</div>",
         "guides/first.md:29: raw HTML \"<div onclick", 1},
        {"guides/first.md", "Всё.", "Всё &copy;.", "guides/first.md:29: entity \"&copy;\": write",
         1},
        {"guides/first.md", "Всё.", "Всё: 5*3*2.", "guides/first.md:29: emphasis begins or ends",
         1},
        {"guides/first.md", "Всё.", "| а | б |\n|---|---|", "guides/first.md:29: a line of a", 2},
        {"guides/first.md", "Всё.", "**Вс**ё.", "guides/first.md:29: emphasis begins or ends", 1},
        {"guides/first.md", "Всё.", "Ещё\n2. раз", "guides/first.md:30: a number at the start", 1},
        {"guides/first.md", "Всё.", "Ещё:\n\n    код", "guides/first.md:31: four blanks", 1},
        {"guides/first.md", "Всё.", "# Всё",
         "guides/first.md:29: a heading in this part is too high: use ###", 1},
        {"guides/first.md", "Всё.", "Всё\n---",
         "guides/first.md:29: a heading in this part is too high", 1},
        {"questions/02-two.md", "Текст.", "# Текст",
         "questions/02-two.md:9: a heading in this part is too high: use ###", 1},
        {"questions/02-two.md", "Текст.\n", "", "questions/02-two.md: has no text", 1},
        {"guides/first.md", "Всё.\n", "", "guides/first.md:27: step has no text", 1},
        {"guides/first.md", "## Закройте", "## Закройте *всё*, `да`",
         "guides/first.md:27: title of the step must be", 1},
        {"guides/first.md", "Всё.", "Всё.\n\n[x]: https://one.example/",
         "guides/first.md:31: addresses cannot be", 1},
        {"guides/first.md", "Всё.", "```\nВсё.", "guides/first.md: a fenced block is not closed",
         1},
        {"guides/first.md", "Всё.", "Всё.\n\n***\n", "guides/first.md:31: a line across the page",
         1},
        {"guides/first.md", "Всё.", "1. Раз\n1. Два", "guides/first.md:28: this part is not read",
         1},
        {"guides/first.md", "сюда](https://one.example/x)", "сюда](https://one.example/x \"Да\")",
         "guides/first.md:18: this part is not read", 1},
        {"guides/first.md", "Всё.", "```sh\nВсё.\n```", "guides/first.md:28: this part is not read",
         1},
        /* links, figures, slots */
        {"guides/first.md", "(https://one.example/x)", "(javascript:alert(1))",
         "guides/first.md:19: link \"javascript:alert(1)\" must be https:", 1},
        {"guides/first.md", "(https://one.example/x)", "(http://one.example/x)",
         "guides/first.md:19: link \"http://one.example/x\" must be https:", 1},
        {"guides/first.md", "(https://one.example/x)", "(//one.example/x)",
         "guides/first.md:19: link \"//one", 1},
        {"guides/first.md", "(https://one.example/x)", "(data:text/html,x)",
         "guides/first.md:19: link \"data:", 1},
        {"guides/first.md", "(https://one.example/x)", "(other.html)",
         "guides/first.md:19: link \"other.html\" must", 1},
        {"guides/first.md", "(https://one.example/x)", "(https://)",
         "guides/first.md:19: link \"https://\" must begin", 1},
        {"guides/first.md", "(https://one.example/x)", "(mailto:nobody)",
         "guides/first.md:19: link \"mailto:nobody\" must", 1},
        {"guides/first.md", "(https://one.example/x)", "(vhod:address)",
         "guides/first.md:19: link \"vhod:address\" must stand", 1},
        {"guides/first.md", "[сюда](", "[](",
         "guides/first.md:19: link \"https://one.example/x\" has no text", 1},
        {"guides/first.md", "Всё.", "Вот ![x](figure:first-1) всё.",
         "guides/first.md:29: link \"figure:first-1\" is an image", 1},
        {"guides/first.md", "Начало", "![x](figure:first-1)\n\nНачало",
         "guides/first.md:15: link \"figure:first-1\" is an", 1},
        {"guides/first.md", "Всё.", "Всё.\n\n![x](https://one.example/x.png)",
         "guides/first.md:31: link \"https://one", 1},
        {"guides/first.md", "![Кнопка]", "![]",
         "guides/first.md:21: figure \"first-1\" needs a text", 1},
        {"guides/first.md", "[адрес](vhod:address)", "![Ещё](figure:first-1)",
         "guides/first.md:23: figure \"first-1\" is a second", 1},
        {"guides/first.md", "vhod:address", "vhod:adress",
         "guides/first.md:23: slot \"adress\" is unknown", 1},
        /* what a drawing could load or run */
        {"figures/first-1.svg", "x=\"1\"", "fill=\"url(#x)\"",
         "figures/first-1.svg:1: a value must not refer to anything outside, nor hold \"url(\"", 1},
        {"figures/first-1.svg", "x=\"1\"", "fill=\"javaScript:x\"",
         "figures/first-1.svg:1: a value must not refer to anything outside, nor hold \"script\"",
         1},
        {"figures/first-1.svg", "x=\"1\"", "fill=\"data:x\"",
         "figures/first-1.svg:1: a value must not refer to anything outside, nor hold \"data:\"",
         1},
        {"figures/first-1.svg", "x=\"1\"", "fill=\"HTTP:x\"",
         "figures/first-1.svg:1: a value must not refer to anything outside, nor hold \"http\"", 1},
        {"figures/first-1.svg", "x=\"1\"", "fill=\"//x\"",
         "figures/first-1.svg:1: a value must not refer to anything outside, nor hold \"//\"", 1},
        {"figures/first-1.svg", "x=\"1\"", "fill=\"expression(x)\"",
         "figures/first-1.svg:1: a value must not refer to anything outside, nor hold "
         "\"expression\"",
         1},
        {"figures/first-1.svg", "x=\"1\"", "fill=\"a\\b\"",
         "figures/first-1.svg:1: a value must not refer to anything outside, nor hold \"\\\"", 1},
        {"figures/first-1.svg", "x=\"1\"", "fill=\"@x\"",
         "figures/first-1.svg:1: a value must not refer to anything outside, nor hold \"@\"", 1},
        /* tables */
        {"places.tsv", "population", "people", "places.tsv:1: header line must hold", 1},
        {"places.tsv", "\t53.3606", "", "places.tsv:2: must have the columns", 1},
        {"places.tsv", "53.3606", "93.3606", "places.tsv:2: latitude must be", 1},
        {"places.tsv", "600000", "6e5", "places.tsv:2: population must be", 1},
        {"places.tsv", "Первый, Столица", "Первый, ", "places.tsv:2: aliases must be", 1},
        {"places.tsv", "", "Первоград\tru-aa\t1\t1\t1\t\n",
         "places.tsv:3: place stands twice in its region", 1},
        {"clients.tsv", "monitor", "human", "clients.tsv:3: client must be one of those in", 1},
        {"clients.tsv", "monitor", "pretender", "clients.tsv:3: client must be one of those in", 1},
        {"clients.tsv", "pingdom", "~|x|", "clients.tsv:3: pattern must have at least 3", 1},
        {"clients.tsv", "own list", "", "clients.tsv:2: source must say", 1},
        {"clients.tsv", "2026-11-26", "today", "clients.tsv:2: checked must be a day", 1},
        {"clients.tsv", "bot", "Bot", "clients.tsv:2: pattern must be lower-case", 1},
        {"clients.tsv", "pingdom", "bot", "clients.tsv:3: pattern stands twice", 1},
        {"synonyms.tsv", "filler", "fillers", "synonyms.tsv:2: role must be", 1},
        {"synonyms.tsv", "вход, вхожу", "вход, вход", "synonyms.tsv:2: words must be words", 1},
        {"synonyms.tsv", "вход, вхожу", "личный кабинет", "synonyms.tsv:2: words of this role", 1},
        {"synonyms.tsv", "filler\tвход, вхожу", "same\tвход",
         "synonyms.tsv:2: words must be at least", 1},
        {"synonyms.tsv", "", "answer\tq/1, завис\nanswer\tfirst, не найден\n", NULL, 0},
        {"synonyms.tsv", "", "answer\tq/1\n", "synonyms.tsv:3: words must be at least", 1},
        {"synonyms.tsv", "", "answer\tq/99, завис\n",
         "synonyms.tsv:3: no such guide or question, or a retired one: \"q/99\"", 1},
        {"synonyms.tsv", "", "uncovered\tМинск, белая русь\n", "synonyms.tsv:3: words of this role",
         1},
        {"synonyms.tsv", "", "word\tкапча\nproblem\tзабыл\nuncovered\tМинск\n", NULL, 0},
        {"holidays.tsv", "01-01", "13-01", "holidays.tsv:2: date must be", 1},
        {"holidays.tsv", "off", "maybe", "holidays.tsv:2: what must be off or work", 1},
    };

    (void)state;
    run_mutations(mutations, COUNT(mutations));
}

static void test_part_faults(void **state)
{
    static const struct mutation mutations[] = {
        /* metadata of parts */
        {"questions/03-three.md", "portals: alpha", "portal: alpha",
         "questions/03-three.md:14: unknown key \"portal\" for a part", 1},
        {"questions/03-three.md", "portals: alpha", "Portals: alpha",
         "questions/03-three.md:14: unknown key \"Portals\" for a part", 1},
        {"questions/03-three.md", "portals: alpha", "sources: s",
         "questions/03-three.md:14: unknown key \"sources\" for a part", 1},
        {"questions/03-three.md", "portals: alpha", "portals: omega",
         "questions/03-three.md:14: portals: no such file in portals: \"omega\"", 1},
        {"questions/03-three.md", "via: esia", "mentions: omega",
         "questions/03-three.md:15: mentions: no such file in portals: \"omega\"", 1},
        {"questions/03-three.md", "via: esia", "regions: ru-zz",
         "questions/03-three.md:15: regions: no such file in regions: \"ru-zz\"", 1},
        {"questions/03-three.md", "via: esia", "via: both",
         "questions/03-three.md:15: via: must be one of: esia, password", 1},
        {"questions/03-three.md", "via: esia", "age: 14",
         "questions/03-three.md:15: age: must be under-14", 1},
        {"questions/03-three.md", "until: 2026-01-09", "until: 2026-01",
         "questions/03-three.md:24: until: must be a day", 1},
        {"questions/03-three.md", "until: 2026-01-09", "until: 2026-01-09\nfrom: 2026-01-10",
         "questions/03-three.md:24: until: is before from (line 25)", 1},
        {"questions/03-three.md", "fold: yes", "fold: sure",
         "questions/03-three.md:25: fold: must be yes or no", 1},
        {"questions/03-three.md", "fold: yes", "Так было.",
         "questions/03-three.md:25: must be a line \"key: value\"", 1},
        {"questions/03-three.md", "fold: yes", "short: Раз.\naloud: Раз. / Два.\nuntil: 2026-01-09",
         "questions/03-three.md:27: until: stands twice: it is also in line 24", 1},
        {"questions/03-three.md", "until: 2026-01-09\nfold: yes", "short: Раз.",
         "questions/03-three.md:24: short: is for parts with a limit", 1},
        {"questions/03-three.md", "fold: yes", "aloud: Раз. / Два.",
         "questions/03-three.md:25: aloud: goes with a short answer", 1},
        {"questions/03-three.md", "инструкции\nuntil", "инструкции\n\nuntil",
         "questions/03-three.md:25: \"until:\" must stand directly below the heading", 1},
        {"questions/03-three.md", "Так было.\n", "", "questions/03-three.md:23: part has no text",
         1},
        {"guides/first.md", "## Закройте\n", "## Закройте\nvia: esia\nminutes: 5\n",
         "guides/first.md:29: unknown key \"minutes\" for a part", 1},
        {"guides/first.md", "[адрес](vhod:address)", "[адрес](vhod:esia)",
         "guides/first.md:23: slot \"esia\" is unknown", 1},
        {"questions/03-three.md", "Для всех.", "Для всех.\n\n[адрес](vhod:address)",
         "questions/03-three.md:13: link \"vhod:address\" must stand in a paragraph of its own", 1},
        /* links to parts */
        {"questions/01-one.md", "(/questions)", "(/q/3#part-3)",
         "questions/01-one.md:11: link \"/q/3#part-3\" leads nowhere", 1},
        {"questions/01-one.md", "(/questions)", "(/q/3#step-1)",
         "questions/01-one.md:11: link \"/q/3#step-1\" leads nowhere", 1},
        /* what is named by id */
        {"questions/03-three.md", "sources: s, t", "sources: s, u",
         "questions/03-three.md:5: sources: no such row in sources.tsv: \"u\"", 1},
        {"questions/03-three.md", "symptom: child", "symptom: chidl",
         "questions/03-three.md:7: symptom: no such row in symptoms.tsv: \"chidl\"", 1},
        {"questions/03-three.md", "symptom: child\n", "",
         "questions/03-three.md: symptom: is required", 1},
        {"regions/RU-AA.ini", "sources = s, t", "sources = s, u",
         "regions/RU-AA.ini:24: [login.schools] sources: no such row in sources.tsv: \"u\"", 1},
        {"regions/RU-AA.ini", "replaced_by = https://one.example\nsources = s",
         "replaced_by = https://one.example\nsources = u",
         "regions/RU-AA.ini:43: [former.1] sources: no such row", 1},
        {"portals/alpha.ini", "sources = s", "sources = u",
         "portals/alpha.ini:6: [portal] sources: no such row", 1},
        {"portals/fed.ini", "fed.example/\nsources = s", "fed.example/\nsources = u",
         "portals/fed.ini:9: [address.main] sources: no such row", 1},
        {"contacts/school.ini", "sources = s", "sources = u",
         "contacts/school.ini:5: [contact] sources: no such row", 1},
        {"contacts/school.ini", "sources = s", "sources = s\nsymptoms = child, u",
         "contacts/school.ini:6: [contact] symptoms: no such row in symptoms.tsv: \"u\"", 1},
        {"contacts/school.ini", "sources = s", "sources = s\nwhere = yes",
         "contacts/school.ini:6: [contact] where: must lead somewhere", 1},
        {"contacts/school.ini", "sources = s", "sources = s\nchecked = 2026-02-30",
         "contacts/school.ini:6: [contact] checked: must be a date", 1},
        /* their tables */
        {"sources.tsv", "\turl", "\taddress", "sources.tsv:1: header line must hold", 1},
        {"sources.tsv", "\nt\t", "\ns\t", "sources.tsv:3: id stands twice", 3},
        {"places.tsv", "\t600000", "\t\"600000\"", "places.tsv:2: a cell begins with a quote", 1},
        {"sources.tsv", "https://s", "http://s", "sources.tsv:2: url must be an https address", 1},
        {"symptoms.tsv", "staff\t", "child\t", "symptoms.tsv:3: id stands twice", 2},
        {"symptoms.tsv", "\tДля школ", "\t", "symptoms.tsv:3: title must be plain text", 1},
        {"troubles.tsv", "\tq/3", "\tq/9",
         "troubles.tsv:2: no such question, or a retired one: \"q/9\"", 1},
        {"troubles.tsv", "\tq/3", "\tfirst", "troubles.tsv:2: no such question", 1},
        {"troubles.tsv", "Не пускает", "Не пускает в дневник никого",
         "troubles.tsv:2: words must be at most 26", 1},
        {"troubles.tsv", "\tback", "\t", "troubles.tsv:2: icon must be a name", 1},
        {"regions/RU-AA.ini", "choose = Первый или старый?\n", "",
         "regions/RU-AA.ini: [region] choose: is required where", 1},
        {"regions/RU-AA.ini", "button = Войти: старый\n", "",
         "regions/RU-AA.ini: [login.old] button: is required where there are several logins: "
         "\"Старый\"",
         1},
        {"regions/RU-BB.ini", "tile = 1, 3\n", "tile = 1, 3\nchoose = Этот\n",
         "regions/RU-BB.ini:12: [region] choose: is only for several", 1},
        {"glossary.tsv", "учётка | ", "учётка |  | ", "glossary.tsv:2: avoid must be forms", 1},
        {"glossary.tsv", "\tЛогин и пароль.", "\t", "glossary.tsv:2: term and meaning must", 1},
        {"symptoms.tsv", NULL, absent, "symptoms.tsv: is missing", 1},
        {"sources.tsv", NULL, a_folder, "sources.tsv: is no regular file", 1},
        {"glossary.tsv", NULL, absent, "glossary.tsv: is missing", 1},
    };

    (void)state;
    run_mutations(mutations, COUNT(mutations));
}

/* Whom a text is for, against the regions and against itself. */
static void test_limit_faults(void **state)
{
    static const struct mutation mutations[] = {
        {"guides/first.md", "regions: ru-aa", "regions: ru-bb",
         "guides/first.md:10: this article is for no region", 1},
        {"questions/03-three.md", "via: esia", "regions: ru-bb",
         "questions/03-three.md:14: this part is for no region", 1},
        {"regions/RU-AA.ini", "via = both", "via = password", NULL, 0},
        {"questions/03-three.md", "via: esia", "regions: ru-aa", NULL, 0},
        {"guides/first.md", "## Закройте\n", "## Закройте\nportals: alpha, fed\n",
         "guides/first.md:28: portals: \"fed\" contradicts line 10: the whole article is for alpha",
         1},
        {"guides/first.md", "## Закройте\n", "## Закройте\nregions: ru-bb\n",
         "guides/first.md:28: regions: \"ru-bb\" contradicts line 11", 1},
        {"questions/03-three.md", "via: esia", "age: adult",
         "questions/03-three.md:15: age: \"adult\" contradicts line 8", 1},
        {"questions/01-one.md", "(/questions).\n",
         "(/questions).\n\n## Дома\nreader: family\n\nТекст.\n",
         "questions/01-one.md:14: reader: \"family\" contradicts line 3", 1},
        {"questions/03-three.md", "mentions: fed", "from: 2026-01-10",
         "questions/03-three.md:24: until: contradicts line 9: the whole article holds from", 1},
        {"questions/03-three.md", "mentions: fed", "until: 2026-01-08", NULL, 0},
        {"questions/03-three.md", "mentions: fed\n\nДля всех.\n\n## В Альфе\n",
         "until: 2026-01-08\n\nДля всех.\n\n## В Альфе\nfrom: 2026-01-09\n",
         "questions/03-three.md:14: from: contradicts line 9: the whole article holds until", 1},
        {"questions/03-three.md", "## В Альфе\nportals: alpha\nvia: esia\nshort: Ответ в Альфе.",
         "## Везде\nportals: fed\nvia: esia\nshort: Ответ.",
         "questions/03-three.md:21: no region has an address of the portals", 2},
    };

    (void)state;
    run_mutations(mutations, COUNT(mutations));
}

/* Names of portals that a text is not for, and words that are not ours. */
static void test_wording_faults(void **state)
{
    static const struct mutation mutations[] = {
        {"questions/02-two.md", "title: Второй", "title: Вход в Альфу",
         "questions/02-two.md:1: title: \"Альфу\" is the portal alpha, which this article", 1},
        {"questions/02-two.md", "short: Ответ.", "short: Альфа.",
         "questions/02-two.md:3: short: \"Альфа\" is the portal alpha", 1},
        {"questions/02-two.md", "aloud: Раз.", "aloud: В Альфе.",
         "questions/02-two.md:6: aloud: \"Альфе\" is the portal alpha", 1},
        {"questions/02-two.md", "Текст.", "Текст.\n\nДва.\nИз «Альфы».",
         "questions/02-two.md:12: \"Альфы\" is the portal alpha", 1},
        {"questions/02-two.md", "Текст.", "Текст.\n\n## В Альфе\n\nТри.",
         "questions/02-two.md:11: \"Альфе\" is the portal alpha, which this part", 1},
        {"questions/03-three.md", "Ответ для всех.", "Ответ и для Альфы.",
         "questions/03-three.md:3: short: \"Альфы\" is the portal alpha", 1},
        {"questions/03-three.md", "Так было.", "Так было в Альфе.",
         "questions/03-three.md:27: \"Альфе\" is the portal alpha, which this part", 1},
        {"questions/03-three.md", "mentions: fed", "mentions: fed, alpha", NULL, 0},
        {"questions/03-three.md", "fold: yes\n\nТак", "mentions: alpha\n\nВ Альфе так", NULL, 0},
        {"questions/02-two.md", "Текст.", "Вход в Фед, [альфа](https://alpha.example/).",
         "questions/02-two.md:9: \"альфа\" is the portal alpha", 1},
        {"questions/02-two.md", "Текст.", "[вот](/q/1), [и](https://one.example/alpha.html)", NULL,
         0},
        {"synonyms.tsv", "", "portal\talpha, вход\nportal\tfed, ответ\n", NULL, 0},
        {"synonyms.tsv", "", "portal\talpha, ответ\n",
         "questions/01-one.md:4: short: \"Ответ\" is the portal alpha", 3},
        /* words */
        {"questions/02-two.md", "Текст.", "Текст.\n\nВаш Аккаунт.",
         "questions/02-two.md:11: \"аккаунт\" is not our word: write \"учётная запись\"", 1},
        {"questions/02-two.md", "Текст.", "Кнопка «Мой аккаунт», аккаунты, суперучётка.", NULL, 0},
        {"questions/02-two.md", "title: Второй", "title: Учётка",
         "questions/02-two.md:1: title: \"учётка\" is not our word", 1},
        {"guides/first.md", "needs: Логин", "needs: Логин, учётка",
         "guides/first.md:7: needs: \"учётка\" is not our word", 1},
        {"glossary.tsv", "учётка", "так было | учётка",
         "questions/03-three.md:27: \"так было\" is not our word", 1},
        {"regions/RU-AA.ini", "note = Раз", "note = Учётка",
         "regions/RU-AA.ini:23: [login.schools] note: \"учётка\" is not our word", 1},
        {"portals/alpha.ini", "about = Дневник.", "about = Ваш аккаунт.",
         "portals/alpha.ini:3: [portal] about: \"аккаунт\" is not our word", 1},
        {"contacts/help.ini", "about = Всё", "about = Аккаунт",
         "contacts/help.ini:3: [contact] about: \"аккаунт\" is not our word", 1},
        /* sources that nothing rests on */
        {"sources.tsv", "", "u\tЕщё\t\t\t\n", "sources.tsv:4: nothing rests on the source \"u\"",
         1},
    };

    (void)state;
    run_mutations(mutations, COUNT(mutations));
}

/* Two files at fault and a pair that contradicts: all are named in one run, sorted, and without
 * consequences. */
static void test_all_in_one_run(void **state)
{
    size_t count;
    enum err err;
    char *text;
    const char *first;
    const char *second;
    const char *third;
    const char *fourth;

    (void)state;
    edit("portals/alpha.ini", "about", "abut"); /* its regions must not be blamed for it */
    edit("guides/first.md", "needs: Логин\n", "");
    edit("regions/RU-BB.ini", "codes = 33", "codes = 22");
    text = check_text(NULL, &err, &count);
    assert_int_equal(err, ERR_INVALID);
    assert_int_equal(count, 4);
    first = strstr(text, "guides/first.md: needs");
    second = strstr(text, "portals/alpha.ini:1: [portal] about: is missing");
    third = strstr(text, "portals/alpha.ini:3: [portal] abut: unknown key");
    fourth = strstr(text, "regions/RU-BB.ini:9: [region] codes: code 22");
    assert_true(first && first < second && second < third && third < fourth);
    free(text);
}

static void test_good_set_is_fine(void **state)
{
    size_t count;
    enum err err;
    char *text;

    (void)state;
    write_bytes("regions/.swp", "x", 1); /* hidden files are an editor's business */
    text = check_text(NULL, &err, &count);
    assert_string_equal(text, "");
    assert_int_equal(err, ERR_NONE);
    free(text);
}

static void test_figure_size(void **state)
{
    struct mutation mutation = {"figures/first-1.svg", "", NULL,
                                "figures/first-1.svg: is longer than 3072 bytes", 1};
    char spaces[3073];

    (void)state;
    memset(spaces, ' ', sizeof spaces - 1);
    spaces[sizeof spaces - 1] = '\0';
    mutation.to = spaces;
    run_mutations(&mutation, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_ini_faults),      IN_FOLDER(test_cross_faults),
        IN_FOLDER(test_markdown_faults), IN_FOLDER(test_part_faults),
        IN_FOLDER(test_limit_faults),    IN_FOLDER(test_wording_faults),
        IN_FOLDER(test_all_in_one_run),  IN_FOLDER(test_good_set_is_fine),
        IN_FOLDER(test_figure_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
