/*
 * Tests of content/: every kind of fault, one at a time, in a small content set that is otherwise
 * good; what Markdown and drawings become; and publishing, which must leave either the old snapshot
 * or the new one, whatever happens.
 */
#include "base/buffer.h"
#include "base/file.h"
#include "content/article.h"
#include "content/fault.h"
#include "content/figure.h"
#include "content/list.h"
#include "content/publish.h"
#include "content/rule.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "content_kit.h"

/* --- a good content set --- */

#define REGION_AA                                                                                                    \
    "[region]\nname = Первая область\nshort = Первая\nplace = в Первой\nenglish = First\n" \
    "kind = область\ncapital = Первоград\ndistrict = Южный\ntimezone = Europe/Moscow\n"         \
    "codes = 22, 122\npostcodes = 656-658, 700\naliases = Первушка\ncontacts = school\n"                     \
    "tile = 1, 2\n"                                                                                                  \
    "[login.schools]\ntitle = Для школ\nurl = https://one.example/\nportal = alpha\n"                         \
    "audience = all\nvia = esia\nstatus = current\nnote = Раз\nsources = s, t\n"                                  \
    "[login.old]\ntitle = Старый\nurl = http://two.example/\nportal = alpha\naudience = parents\n"             \
    "via = both\nstatus = optional\nplain_http = нет сертификата\nnote = Два\n"                     \
    "sources = s\nchecked = 2018\n"                                                                                  \
    "[former.1]\nurl = https://was.example/\nportal = Бывший\nuntil = 2025-08-31\n"                            \
    "replaced_by = https://one.example\nsources = s\n"

#define REGION_BB                                                                                                                 \
    "[region]\nname = Вторая область\nshort = Ёлкинская\nplace = в Ёлкинской\nenglish = Second\n" \
    "kind = область\ndistrict = Южный\ntimezone = Asia/Barnaul\ncodes = 33\npostcodes = 649\n"                        \
    "tile = 1, 3\n"

#define GUIDE                                                                                                             \
    "title: Первый шаг\nshort: Как войти.\nupdated: 2026-11-21\nsources: s\nposition: 1\n"               \
    "audience: Для всех\nneeds: Логин\nminutes: 5\nresult: Вы вошли\nportals: alpha\n"                 \
    "regions: ru-aa\ncontacts: school, help\nrelated: q/1, q/2\n\n"                                                       \
    "Начало: [вопрос](/q/1).\n\n## Откройте\n\nНажмите [сюда](https://one.example/x).\n\n" \
    "![Кнопка](figure:first-1)\n\n[адрес](vhod:address)\n\n> Не выходит? "                            \
    "[Регион](/region/ru-aa)\n\n"                                                                                   \
    "## Закройте\n\nВсё.\n"

#define QUESTION_1                                                                                           \
    "title: Что это?\nnumber: 1\nreader: staff\nshort: Ответ.\nupdated: 2026-11-21\nsources: s\n" \
    "related: first\naloud: Раз. / Два.\nsymptom: staff\n\n"                                           \
    "Подробно: [шаг](/guide/first#step-2) и [код](/questions).\n"

#define QUESTION_2                                                                                           \
    "title: Второй\nnumber: 2\nshort: Ответ.\nupdated: 2026-11-21\nsources: s\naloud: Раз. / " \
    "Два.\nsymptom: child\n\nТекст.\n"

#define FIGURE                                                                                     \
    "<svg viewBox=\"0 0 9 9\"><use href=\"#f-window\"/><text x=\"1\">Да &amp; нет</text></svg>\n"

static const struct kit_file good_files[] = {
    {"regions/RU-AA.ini", REGION_AA},
    {"regions/RU-BB.ini", REGION_BB},
    {"portals/alpha.ini",
     "[portal]\nname = Альфа\nabout = Дневник.\nfederal = no\ncontacts = school\nsources = s\n"},
    {"portals/fed.ini", "[portal]\nname = Фед\nabout = Вход.\nfederal = yes\nsources = s\n"
                        "[address.main]\nwhat = Вход\nurl = https://fed.example/\nsources = s\n"},
    {"contacts/school.ini", "[contact]\nname = Школа\nabout = Всё\nposition = 1\nsources = s\n"},
    {"contacts/help.ini",
     "[contact]\nname = Помощь\nabout = Всё\nposition = 2\nphone = 8 800 550-63-73\n"
     "email = help@help.example\nurl = https://help.example/\nhours = mon-fri 09:00-18:00\n"
     "timezone = Europe/Moscow\nsources = s\n"},
    {"guides/first.md", GUIDE},
    {"questions/01-one.md", QUESTION_1},
    {"questions/02-two.md", QUESTION_2},
    {"figures/first-1.svg", FIGURE},
    {"places.tsv", "name\tregion\tpopulation\tlatitude\tlongitude\taliases\n"
                   "Первоград\tru-aa\t600000\t53.3606\t83.7636\tПервый, Столица\n"},
    {"clients.tsv", "pattern\tclient\nbot\trobot\npingdom\tmonitor\n"},
    {"synonyms.tsv", "role\twords\nfiller\tвход, вхожу\n"},
    {"holidays.tsv", "date\twhat\tname\tsource\n01-01\toff\tНовый год\tТК\n"},
    {"sources.tsv", "id\ttitle\turl\tdate\torigin\n"
                    "s\tСводка\thttps://s.example/\t2026-09\t\n"
                    "t\tТаблица\t\t\t\n"},
    {"symptoms.tsv", "id\ttitle\nchild\tВход для ребёнка\nstaff\tДля школ\n"},
    {"glossary.tsv", "term\tmeaning\tavoid\nучётная запись\tЛогин и пароль.\tучётка | аккаунт\n"},
    {"vhod.ini", "[site]\nurl = https://vhod.example\n"},
};

static void write_good(void)
{
    write_tree(good_files, COUNT(good_files));
}

static int make_folder(void **state)
{
    (void)state;
    return kit_make(good_files, COUNT(good_files));
}

static char *read_text(const char *name)
{
    struct buffer text = BUFFER_INIT;
    char *path = data_path(name);

    assert_int_equal(file_read(&text, path, 1 << 20), ERR_NONE);
    free(path);
    return buffer_take(&text);
}

/* Puts to in the place of the first from; an empty from means the end of the file, NULL the whole
 * file. */
static void edit(const char *name, const char *from, const char *to)
{
    struct buffer text = BUFFER_INIT;

    if (from != NULL) {
        char *old = read_text(name);
        char *at = *from ? strstr(old, from) : old + strlen(old);

        assert_non_null(at);
        buffer_add(&text, old, (size_t)(at - old));
        buffer_puts(&text, to);
        buffer_puts(&text, at + strlen(from));
        free(old);
    } else {
        buffer_puts(&text, to);
    }
    write_bytes(name, buffer_text(&text), text.len);
    buffer_free(&text);
}

/* Runs content_check; returns all faults as text with the names of files as they are below data/.
 */
static char *check_text(const char *previous, enum err *err, size_t *count)
{
    struct faults *faults = NULL;
    char *data = data_path("");
    char *raw = NULL;
    size_t len = 0;
    FILE *out;
    struct buffer text = BUFFER_INIT;
    size_t prefix;

    data[strlen(data) - 1] = '\0';
    assert_int_equal(faults_new(&faults), ERR_NONE);
    *err = content_check(data, previous, faults, NULL);
    *count = faults_count(faults);
    out = open_memstream(&raw, &len);
    faults_print(faults, out);
    fclose(out);
    prefix = strlen(data) + 1;
    for (char *line = strtok(raw, "\n"); line != NULL; line = strtok(NULL, "\n"))
        buffer_printf(&text, "%s\n", strncmp(line, data, prefix - 1) == 0 ? line + prefix : line);
    free(raw);
    free(data);
    faults_free(faults);
    return buffer_take(&text);
}

/* --- one mutation, one fault --- */

static const char absent[] = "absent";     /* as text: the file is removed */
static const char a_folder[] = "a folder"; /* as text: a folder takes the file's place */

struct mutation {
    const char *file;
    const char *from; /* as in edit() */
    const char *to;
    const char *fault; /* the beginning of its line */
    size_t count;      /* faults in all */
};

static void run_mutations(const struct mutation *mutations, size_t count)
{
    size_t failed = 0;

    for (size_t i = 0; i < count; i++) {
        const struct mutation *mutation = &mutations[i];
        size_t found;
        enum err err;
        char *text;
        char *at;
        bool begins;

        write_good();
        if (mutation->to == absent || mutation->to == a_folder)
            shell("rm -rf '%s/data/%s'", folder, mutation->file);
        if (mutation->to == a_folder)
            shell("mkdir '%s/data/%s'", folder, mutation->file);
        if (mutation->to != absent && mutation->to != a_folder)
            edit(mutation->file, mutation->from, mutation->to);
        text = check_text(NULL, &err, &found);
        at = strstr(text, mutation->fault);
        begins = at != NULL && (at == text || at[-1] == '\n');
        if (err != ERR_INVALID || !begins || found != mutation->count) {
            print_error("case %zu (%s): expected \"%s\", got %zu faults:\n%s", i, mutation->file,
                        mutation->fault, found, text);
            failed++;
        }
        free(text);
    }
    assert_int_equal(failed, 0);
}

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
        {"portals", NULL, absent, "portals: is missing", 4},
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
         "regions/RU-AA.ini:24: [login.schools] stands twice", 1},
        {"regions/RU-AA.ini", "[login.old]", "[login.-old]",
         "regions/RU-AA.ini:24: [login.-old] name after", 1},
        {"regions/RU-AA.ini", "sources = s", "sources = one; two",
         "regions/RU-AA.ini:23: [login.schools] sources: ", 1},
        {"regions/RU-AA.ini", "https://one.example/\n", "https://one.example/#a\n",
         "regions/RU-AA.ini:17: [login.schools] url: ", 1},
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
         "regions/RU-AA.ini:17: [login.schools] url: must begin with https:// or http://", 1},
        {"regions/RU-AA.ini", "https://one.example/\n", "javascript:alert(1)\n",
         "regions/RU-AA.ini:17: [login.schools] url: must begin", 1},
        {"regions/RU-AA.ini", "https://one.example/\n", "https://школа.рф/\n",
         "regions/RU-AA.ini:17: [login.schools] url: must be ASCII", 1},
        {"regions/RU-AA.ini", "https://one.example/\n", "https://me:secret@one.example/\n",
         "regions/RU-AA.ini:17: [login.schools] url: must not hold a user name", 1},
        {"regions/RU-AA.ini", "audience = all", "audience = everybody",
         "regions/RU-AA.ini:19: [login.schools] audience: must be one of", 1},
        {"regions/RU-AA.ini", "via = esia", "via = ESIA",
         "regions/RU-AA.ini:20: [login.schools] via: must be one", 1},
        {"regions/RU-AA.ini", "status = current", "status = new",
         "regions/RU-AA.ini:21: [login.schools] status: must be one", 1},
        {"regions/RU-AA.ini", "note = Раз", "confidence = high",
         "regions/RU-AA.ini:22: [login.schools] confidence: unknown key", 1},
        {"regions/RU-AA.ini", "checked = 2018", "checked = 2018-02-30",
         "regions/RU-AA.ini:34: [login.old] checked: must be a date", 1},
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
         "regions/RU-AA.ini:18: [login.schools] portal: no such file in portals: \"beta\"", 1},
        {"regions/RU-AA.ini", "contacts = school", "contacts = scool",
         "regions/RU-AA.ini:13: [region] contacts: no such file in contacts: \"scool\"", 1},
        {"portals/alpha.ini", "contacts = school", "contacts = scool",
         "portals/alpha.ini:5: [portal] contacts: no such file in contacts: \"scool\"", 1},
        {"regions/RU-AA.ini", "plain_http = нет сертификата\n", "",
         "regions/RU-AA.ini:26: [login.old] url: is not encrypted", 1},
        {"regions/RU-AA.ini", "via = esia\n", "via = esia\nplain_http = так\n",
         "regions/RU-AA.ini:21: [login.schools] plain_http: is only for an http address", 1},
        {"regions/RU-AA.ini", "http://two.example/", "HTTPS://ONE.example",
         "regions/RU-AA.ini:26: [login.old] url: the same address is already in section", 2},
        {"regions/RU-AA.ini", "https://was.example/", "https://one.example/",
         "regions/RU-AA.ini:36: [former.1] url: cannot be former", 1},
        {"regions/RU-AA.ini", "replaced_by = https://one.example\n",
         "replaced_by = https://six.example\n",
         "regions/RU-AA.ini:39: [former.1] replaced_by: is no sign-in address of this region", 1},
        {"regions/RU-AA.ini", "",
         "[former.2]\nurl = https://was.example\nportal = Б\nuntil = 2024\n"
         "replaced_by = https://one.example\nsources = s\n",
         "regions/RU-AA.ini:42: [former.2] url: the same address is already in section "
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
        {"figures/first-1.svg", NULL, absent,
         "guides/first.md:21: figure \"first-1\" is not in figures", 1},
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
        {"guides/first.md", "(/q/1)", "(/q/3)", "guides/first.md:15: link \"/q/3\" leads nowhere",
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
        {"questions/03-three.md", NULL, QUESTION_2,
         "questions/03-three.md:2: number: must be 3, as the file", 1},
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
        {"guides/first.md", "Всё.", "# Всё",
         "guides/first.md:28: a heading in this part is too high: use ###", 1},
        {"guides/first.md", "Всё.", "Всё\n---",
         "guides/first.md:28: a heading in this part is too high", 1},
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
        {"guides/first.md", "Всё.", "Всё.\n\n***\n",
         "guides/first.md:28: this part has a kind of Markdown", 1},
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
        /* tables */
        {"places.tsv", "population", "people", "places.tsv:1: header line must hold", 1},
        {"places.tsv", "\t53.3606", "", "places.tsv:2: must have the columns", 1},
        {"places.tsv", "53.3606", "93.3606", "places.tsv:2: latitude must be", 1},
        {"places.tsv", "600000", "6e5", "places.tsv:2: population must be", 1},
        {"places.tsv", "Первый, Столица", "Первый, ", "places.tsv:2: aliases must be", 1},
        {"places.tsv", "", "Первоград\tru-aa\t1\t1\t1\t\n",
         "places.tsv:3: place stands twice in its region", 1},
        {"clients.tsv", "monitor", "human", "clients.tsv:3: client must be robot or monitor", 1},
        {"clients.tsv", "bot", "Bot", "clients.tsv:2: pattern must be lower-case", 1},
        {"clients.tsv", "pingdom", "bot", "clients.tsv:3: pattern stands twice", 1},
        {"synonyms.tsv", "filler", "fillers", "synonyms.tsv:2: role must be", 1},
        {"synonyms.tsv", "вход, вхожу", "вход, вход", "synonyms.tsv:2: words must be words", 1},
        {"synonyms.tsv", "вход, вхожу", "личный кабинет", "synonyms.tsv:2: words of this role", 1},
        {"synonyms.tsv", "filler\tвход, вхожу", "same\tвход",
         "synonyms.tsv:2: words must be at least", 1},
        {"holidays.tsv", "01-01", "13-01", "holidays.tsv:2: date must be", 1},
        {"holidays.tsv", "off", "maybe", "holidays.tsv:2: what must be off or work", 1},
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

/* --- lists and rules --- */

static void test_rules(void **state)
{
    static const struct {
        const char *(*rule)(const char *value);
        const char *value;
        bool fine;
    } cases[] = {
        {rule_id, "", false},
        {rule_id, "a_b", false},
        {rule_id, "-a", false},
        {rule_id, "a-1", true},
        {rule_ids, "a,,b", false},
        {rule_ids, "a, b,a", false},
        {rule_ids, "a,b", true},
        {rule_names, "a, ", false},
        {rule_names, "Кубань, Юг", true},
        {rule_text, " a", false},
        {rule_text, "a\x01", false},
        {rule_plain, "a & b", false},
        {rule_tile, "1", false},
        {rule_tile, "1, 2, 3", false},
        {rule_tile, "0, 2", false},
        {rule_tile, "12,3", true},
        {rule_codes, "1", false},
        {rule_codes, "1234", false},
        {rule_codes, "01, 101", true},
        {rule_postcodes, "65", false},
        {rule_postcodes, "656_659", false},
        {rule_postcodes, "656-656", false},
        {rule_postcodes, "001-003, 999", true},
        {rule_article, "q/07", false},
        {rule_article, "q/", false},
        {rule_article, "q/7", true},
        {rule_url, "https://a b/", false},
        {rule_url, "https://a/<", false},
        {rule_url, "http://a:8080/x?y=1", true},
        {rule_https, "http://a/", false},
        {rule_email, "a@b", false},
        {rule_email, "a@@b.ru", false},
        {rule_email, "a@b.ru", true},
        {rule_phone, "12", false},
        {rule_phone, "+7 (495) 123-45-67", true},
        {rule_minutes, "0", false},
        {rule_minutes, "241", false},
        {rule_number, "007", true},
        {rule_date, "2026-13", false},
        {rule_day, "2026-11", false},
        {rule_day, "2024-02-29", true},
        {rule_zone, "../etc/passwd", false},
        {rule_zone, "", false},
    };
    char text[700] = "";

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if ((cases[i].rule(cases[i].value) == NULL) != cases[i].fine)
            fail_msg("rule %zu: \"%s\"", i, cases[i].value);
    }
    for (int i = 0; i < 299; i++)
        strcat(text, "ы");
    assert_null(rule_short(text));
    assert_non_null(rule_short(strcat(text, "ы")));
}

static void test_list(void **state)
{
    struct words words;

    (void)state;
    assert_int_equal(list_split(&words, NULL), ERR_NONE);
    assert_int_equal(words.count, 0);
    list_free(&words);
    assert_int_equal(list_split(&words, " a , b c,,d"), ERR_NONE);
    assert_int_equal(words.count, 4);
    assert_string_equal(words.items[0], "a");
    assert_string_equal(words.items[1], "b c");
    assert_string_equal(words.items[2], "");
    assert_true(list_have(&words, "d"));
    assert_false(list_have(&words, "b"));
    list_free(&words);
}

/* --- drawings --- */

static void test_figures(void **state)
{
    static const struct {
        const char *svg;
        const char *fault; /* NULL: fine */
    } cases[] = {
        {"<svg viewBox=\"0 0 1 1\"/>", NULL},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><g><path d=\"M0 "
         "0\"/></g></svg>",
         NULL},
        {FIGURE, NULL},
        {"", "not closed"},
        {"text", "text stands outside"},
        {"<svg viewBox=\"0 0 1 1\">", "not closed"},
        {"<svg viewBox=\"0 0 1 1\"></g></svg>", "does not match"},
        {"<svg viewBox=\"0 0 1 1\"/><svg viewBox=\"0 0 1 1\"/>", "one svg element"},
        {"<svg viewBox=\"0 0 1 1\"/>x", "text stands outside"},
        {"<svg viewBox=\"0 0 1 1\"><svg/></svg>", "outermost element must be svg"},
        {"<g/>", "outermost element must be svg"},
        {"<svg/>", "needs a viewBox"},
        {"<svg viewBox=\"0 0 1 1\"><script>alert(1)</script></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><style>a{}</style></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><image href=\"#a\"/></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><foreignObject/></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><a href=\"#x\"/></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\" onload=\"x\"/>", "attribute is not on the list"},
        {"<svg viewBox=\"0 0 1 1\" style=\"fill:red\"/>", "attribute is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><use xlink:href=\"#a\"/></svg>", "attribute is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><use href=\"other.svg#a\"/></svg>", "href is for use"},
        {"<svg viewBox=\"0 0 1 1\"><use href=\"https://x/#a\"/></svg>",
         "must not refer to anything outside"},
        {"<svg viewBox=\"0 0 1 1\"><rect href=\"#a\"/></svg>", "href is for use"},
        {"<svg viewBox=\"0 0 1 1\"><rect fill=\"url(#a)\"/></svg>", "\"url(\""},
        {"<svg viewBox=\"0 0 1 1\"><rect fill=\"URL(http://x)\"/></svg>", "\"url(\""},
        {"<svg viewBox=\"0 0 1 1\"><rect fill=\"java&#115;cript:x\"/></svg>",
         "an & must be written"},
        {"<svg viewBox=\"0 0 1 1\" viewBox=\"0 0 1 1\"/>", "attribute stands twice"},
        {"<svg viewBox='0 0 1 1'/>", "must be written name="},
        {"<svg viewBox=\"0 0 1 1/>", "no closing quotation mark"},
        {"<svg viewBox=\"0 0 1 1\"x=\"1\"/>", "tag is not closed"},
        {"<svg viewBox=\"0 0 1 1\" xmlns=\"http://evil\"/>", "xmlns must be"},
        {"<!DOCTYPE svg><svg viewBox=\"0 0 1 1\"/>", "comments, declarations"},
        {"<svg viewBox=\"0 0 1 1\"><!-- x --></svg>", "comments, declarations"},
        {"<?xml version=\"1.0\"?><svg viewBox=\"0 0 1 1\"/>", "comments, declarations"},
        {"<svg viewBox=\"0 0 1 1\"><text>a &amp; &lt;b&gt;</text></svg>", NULL},
        {"<svg viewBox=\"0 0 1 1\"><text>a & b</text></svg>", "an & must be written"},
        {"<svg viewBox=\"0 0 1 1\"><g>text</g></svg>", "text stands outside"},
        {"<g><g><g><g><g><g><g><g><g><g><g><g><g><g><g><g><g>", "nested too deeply"},
    };
    size_t failed = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct faults *faults = NULL;
        char *text = NULL;
        size_t len = 0;
        size_t found;
        FILE *out;

        assert_int_equal(faults_new(&faults), ERR_NONE);
        found = figure_check(cases[i].svg, "f.svg", faults);
        out = open_memstream(&text, &len);
        faults_print(faults, out);
        fclose(out);
        if ((found == 0) != (cases[i].fault == NULL) || found != faults_count(faults) ||
            (cases[i].fault != NULL && strstr(text, cases[i].fault) == NULL)) {
            print_error("figure %zu: %s", i, text);
            failed++;
        }
        free(text);
        faults_free(faults);
    }
    assert_int_equal(failed, 0);
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

/* --- what Markdown becomes --- */

static void load_article(struct article *article, const char *file, const char *name, bool question)
{
    struct faults *faults = NULL;
    char *path = data_path(file);
    enum err err;

    assert_int_equal(faults_new(&faults), ERR_NONE);
    *article = (struct article){0};
    err = article_load(article, path, name, question, faults);
    if (err != ERR_NONE)
        faults_print(faults, stderr);
    assert_int_equal(err, ERR_NONE);
    faults_free(faults);
    free(path);
}

static void test_guide(void **state)
{
    struct article guide;

    (void)state;
    load_article(&guide, "guides/first.md", "first", false);
    assert_string_equal(guide.id, "first");
    assert_string_equal(guide.html, "<p>Начало: <a href=\"/q/1\">вопрос</a>.</p>\n");
    assert_string_equal(guide.text, "Начало: вопрос (/q/1).");
    assert_int_equal(guide.part_count, 2);
    assert_string_equal(guide.parts[0].title, "Откройте");
    assert_string_equal(guide.parts[0].figure, "first-1");
    assert_string_equal(guide.parts[0].figure_alt, "Кнопка");
    assert_string_equal(guide.parts[0].slot, "address");
    assert_string_equal(
        guide.parts[0].html,
        "<p>Нажмите <a href=\"https://one.example/x\">сюда</a>.</p>\n\n<blockquote>\n"
        "<p>Не выходит? <a href=\"/region/ru-aa\">Регион</a></p>\n</blockquote>\n");
    assert_string_equal(guide.parts[0].text, "Нажмите сюда (https://one.example/x).\n\n"
                                             "> Не выходит? Регион (/region/ru-aa)");
    assert_null(guide.parts[1].figure);
    assert_null(guide.parts[1].slot);
    assert_int_equal(guide.link_count, 2);
    assert_int_equal(guide.links[1].line, 25);
    article_free(&guide);
}

static void test_plain_text(void **state)
{
    static const struct {
        const char *markdown;
        const char *text;
    } cases[] = {
        {"Одна\nстрока.\n\nДве.", "Одна строка.\n\nДве."},
        {"Перенос  \nстроки", "Перенос\nстроки"},
        {"**Жирно**, *косо*, `код`, \\*звезда\\*", "Жирно, косо, код, *звезда*"},
        {"a &amp; b &lt; c", "a & b < c"},
        {"- один\n- два\n\nпосле", "- один\n- два\n\nпосле"},
        {"3. три\n4. четыре\n   - внутри", "3. три\n4. четыре\n   - внутри"},
        {"> цитата\n> дальше\n>\n> - список", "> цитата дальше\n>\n> - список"},
        {"### Заголовок\n\nтекст", "Заголовок\n\nтекст"},
        {"```\n## не заголовок\n```\n", "    ## не заголовок"},
        {"<https://one.example/>", "https://one.example/"},
        {"[почта](mailto:a@b.ru), [звонок](tel:+78005506373)",
         "почта (mailto:a@b.ru), звонок (tel:+78005506373)"},
        {"| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct article question;

        write_good();
        edit("questions/02-two.md", "Текст.", cases[i].markdown);
        load_article(&question, "questions/02-two.md", "02-two", true);
        assert_string_equal(question.text, cases[i].text);
        article_free(&question);
    }
}

/* --- publishing --- */

static void test_publish_rows(void **state)
{
    static const struct {
        const char *sql;
        const char *answer;
    } cases[] = {
        {"PRAGMA integrity_check", "ok"},
        {"PRAGMA journal_mode", "delete"},
        {"SELECT value FROM meta WHERE key = 'schema'", "4"},
        {"SELECT group_concat(iso) FROM (SELECT iso FROM region ORDER BY position)", "ru-bb,ru-aa"},
        {"SELECT group_concat(code) FROM (SELECT code FROM region_code WHERE region = 'ru-aa' "
         "ORDER BY position)",
         "22,122"},
        {"SELECT group_concat(prefix) FROM (SELECT prefix FROM region_postcode ORDER BY prefix)",
         "649,656,657,658,700"},
        {"SELECT capital FROM region WHERE iso = 'ru-bb'", "(none)"},
        {"SELECT system FROM login WHERE id = 'schools'", "Альфа"},
        {"SELECT plain_http FROM login WHERE id = 'old'", "нет сертификата"},
        {"SELECT replaced_by FROM former", "https://one.example"},
        {"SELECT group_concat(id) FROM (SELECT id FROM article ORDER BY id)", "first,q/1,q/2"},
        {"SELECT reader FROM article WHERE id = 'q/1'", "staff"},
        {"SELECT reader FROM article WHERE id = 'q/2'", "family"},
        {"SELECT figure || ' ' || slot FROM part WHERE number = 1", "first-1 address"},
        {"SELECT region FROM search_name WHERE shown LIKE 'Ёлкинская%' AND kind = 'name'", "ru-bb"},
        {"SELECT weight FROM search_name WHERE shown = 'Столица' AND kind = 'renamed'", "600000"},
        {"SELECT kind FROM search_name WHERE shown = 'Первушка'", "alias"},
        {"SELECT word FROM search_word WHERE key = 'stolica'", "столица"},
        {"SELECT group_concat(words) FROM (SELECT words FROM vocabulary ORDER BY position)",
         "вход,вхожу"},
        {"SELECT count(*) FROM article_contact WHERE article = 'first'", "2"},
        {"SELECT related FROM article_related WHERE article = 'first' AND position = 2", "q/2"},
        {"SELECT client FROM client_pattern WHERE pattern = 'pingdom'", "monitor"},
        {"SELECT month || '-' || day || ' ' || work FROM holiday WHERE year = 0", "1-1 0"},
        {"SELECT count(*) > 0 FROM sqlite_stat1", "1"},
    };
    struct publish_summary summary;

    (void)state;
    assert_int_equal(publish(&summary), ERR_NONE);
    assert_true(summary.changed);
    assert_int_equal(summary.regions, 2);
    assert_int_equal(summary.addresses, 3);
    assert_int_equal(summary.guides, 1);
    assert_int_equal(summary.questions, 2);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_snapshot(cases[i].sql, cases[i].answer);
    assert_snapshot("SELECT value FROM meta WHERE key = 'identity'", summary.identity);
}

static void test_identity_and_revisions(void **state)
{
    struct publish_summary first;
    struct publish_summary second;

    (void)state;
    assert_int_equal(publish(&first), ERR_NONE);
    assert_int_equal(publish(&second), ERR_NONE);
    assert_false(second.changed);
    assert_string_equal(first.identity, second.identity);
    /* A comment is no content. */
    edit("regions/RU-BB.ini", "", "; only a word to colleagues\n");
    assert_int_equal(publish(&second), ERR_NONE);
    assert_false(second.changed);
    edit("questions/02-two.md", "Текст.", "Новый текст.");
    assert_int_equal(publish(&second), ERR_NONE);
    assert_true(second.changed);
    assert_string_not_equal(first.identity, second.identity);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "2");
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/1'", "1");
    /* The same content again: another revision, the same identity, as on a machine that never saw
     * the change. */
    edit("questions/02-two.md", "Новый текст.", "Текст.");
    assert_int_equal(publish(&second), ERR_NONE);
    assert_string_equal(first.identity, second.identity);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "3");
}

static void test_published_must_not_vanish(void **state)
{
    char *snapshot = path_of("state/directory.db");
    size_t count;
    enum err err;
    char *text;

    (void)state;
    edit("guides/first.md", "q/1, q/2", "q/1");
    edit("questions/01-one.md", "related: first\n", "");
    assert_int_equal(publish(NULL), ERR_NONE);
    shell("rm '%s/data/questions/02-two.md' '%s/data/regions/RU-BB.ini'", folder, folder);
    text = check_text(snapshot, &err, &count);
    assert_int_equal(err, ERR_INVALID);
    assert_string_equal(
        text,
        "questions: q/2 was published and is gone: bring it back and retire it (retired: date)\n"
        "regions: ru-bb was published and is gone: bring it back\n");
    free(text);
    assert_int_equal(publish(NULL), ERR_INVALID);
    assert_snapshot("SELECT count(*) FROM article WHERE id = 'q/2'", "1");
    free(snapshot);
}

/* The bytes of the snapshot as a digest. */
static void snapshot_digest(char out[static DIGEST_HEX_SIZE])
{
    struct buffer bytes = BUFFER_INIT;
    char *path = path_of("state/directory.db");

    assert_int_equal(file_read(&bytes, path, 1 << 24), ERR_NONE);
    digest_hex(bytes.data, bytes.len, out);
    buffer_free(&bytes);
    free(path);
}

static void test_failures_leave_the_old(void **state)
{
    char before[DIGEST_HEX_SIZE];
    char after[DIGEST_HEX_SIZE];
    char path[128];
    static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
    int fd;

    (void)state;
    assert_int_equal(publish(NULL), ERR_NONE);
    snapshot_digest(before);
    edit("questions/02-two.md", "Текст.", "Новый <b>текст</b>.");
    assert_int_equal(publish(NULL), ERR_INVALID);
    edit("questions/02-two.md", "<b>текст</b>", "текст");
    /* a foreign journal */
    for (size_t i = 0; i < COUNT(suffixes); i++) {
        shell("touch '%s/state/directory.db%s'", folder, suffixes[i]);
        assert_int_equal(publish(NULL), ERR_DATABASE);
        shell("rm '%s/state/directory.db%s'", folder, suffixes[i]);
    }
    /* another publisher */
    snprintf(path, sizeof path, "%s/state/directory.db.lock", folder);
    fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(publish(NULL), ERR_BUSY);
    close(fd);
    /* something in the new file's place that cannot be removed */
    shell("mkdir -p '%s/state/directory.db.new/x'", folder);
    assert_int_equal(publish(NULL), ERR_SYSTEM);
    shell("rm -r '%s/state/directory.db.new'", folder);
    snapshot_digest(after);
    assert_string_equal(before, after);
    /* and with nothing in the way it is done; a leftover is cleared */
    shell("echo garbage >'%s/state/directory.db.new'", folder);
    assert_int_equal(publish(NULL), ERR_NONE);
    snapshot_digest(after);
    assert_string_not_equal(before, after);
    shell("test ! -e '%s/state/directory.db.new'", folder);
}

static void test_unreadable_snapshot(void **state)
{
    (void)state;
    shell("mkdir '%s/state' && echo garbage >'%s/state/directory.db'", folder, folder);
    assert_int_equal(publish(NULL), ERR_DATABASE);
}

/* Forks a publisher and kills it after so many microseconds; true if it had ended by itself. */
static bool publish_and_kill(long microseconds)
{
    struct timespec wait = {0, microseconds * 1000};
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);

        dup2(null, STDERR_FILENO);
        _exit(publish(NULL) == ERR_NONE ? 0 : 1);
    }
    assert_true(child > 0);
    nanosleep(&wait, NULL);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status))
        assert_int_equal(WEXITSTATUS(status), 0);
    return WIFEXITED(status);
}

/* Time of one whole publish, in microseconds. */
static long time_publish(void)
{
    struct timespec start;
    struct timespec end;

    clock_gettime(CLOCK_MONOTONIC, &start);
    assert_int_equal(publish(NULL), ERR_NONE);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000;
}

static void test_kill_at_any_moment(void **state)
{
    enum { ROUNDS = 50 };
    long whole = time_publish();
    int swapped = 0;
    int killed = 0;
    char *before;

    (void)state;
    before = ask_file("state/directory.db", "SELECT text FROM article WHERE id = 'q/2'");
    for (int round = 0; round < ROUNDS; round++) {
        char text[32];
        char *now;
        bool changed;

        snprintf(text, sizeof text, "Текст %d.", round);
        write_good();
        edit("questions/02-two.md", "Текст.", text);
        /* From the beginning to twice the time it takes, in an order without pattern. */
        killed += !publish_and_kill(whole * ((round * 37) % ROUNDS) * 2 / ROUNDS);
        assert_snapshot("PRAGMA integrity_check", "ok");
        now = ask_file("state/directory.db", "SELECT text FROM article WHERE id = 'q/2'");
        changed = strcmp(now, before) != 0;
        if (changed)
            assert_string_equal(now, text);
        swapped += changed;
        free(before);
        before = now;
    }
    free(before);
    print_message("killed %d of %d publishers; %d snapshots were swapped in\n", killed, ROUNDS,
                  swapped);
    assert_true(killed > 0);
    assert_int_equal(publish(NULL),
                     ERR_NONE); /* after the last one was killed, publishing goes on */
    assert_snapshot("PRAGMA integrity_check", "ok");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_ini_faults),
        IN_FOLDER(test_cross_faults),
        IN_FOLDER(test_markdown_faults),
        IN_FOLDER(test_all_in_one_run),
        IN_FOLDER(test_good_set_is_fine),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_figures),
        IN_FOLDER(test_figure_size),
        IN_FOLDER(test_guide),
        IN_FOLDER(test_plain_text),
        IN_FOLDER(test_publish_rows),
        IN_FOLDER(test_identity_and_revisions),
        IN_FOLDER(test_published_must_not_vanish),
        IN_FOLDER(test_failures_leave_the_old),
        IN_FOLDER(test_unreadable_snapshot),
        IN_FOLDER(test_kill_at_any_moment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
