/*
 * test_verdict.c: the verdict on pasted addresses: a table of more than a hundred, every address of
 * data/ in every honest spelling, and the rule that nothing is called current that the list does
 * not hold.
 */
#include "address/pasted.h"
#include "address/verdict.h"
#include "base/file.h"
#include "base/idn.h"
#include "base/ini.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* A list with everything that makes a difference: shared hosts, ports, http, a Cyrillic name, one
 * host that is current here and former there. */
static const struct check_known known[] = {
    {"https://netschool.edu22.info/", "ru-alt", CHECK_CURRENT},
    {"https://netspo.edu22.info/", "ru-alt", CHECK_CURRENT},
    {"https://netcity.admsakhalin.ru:11111", "ru-sak", CHECK_CURRENT},
    {"https://education.admoblkaluga.ru", "ru-klu", CHECK_CURRENT},
    {"https://login.dnevnik.ru/login/esia/omsk", "ru-oms", CHECK_CURRENT},
    {"https://login.dnevnik.ru/login/esia/tuva", "ru-ty", CHECK_CURRENT},
    {"https://www.gosuslugi.ru/school", "ru-vor", CHECK_CURRENT},
    {"https://www.gosuslugi.ru/school", "ru-ros", CHECK_CURRENT},
    {"https://xn--80atdl2c.xn--33-6kcadhwnl3cfdx.xn--p1ai", "ru-vla", CHECK_CURRENT},
    {"https://cabinet.ruobr.ru/login/", "ru-kem", CHECK_CURRENT},
    {"https://school.mos.ru/", "ru-mow", CHECK_CURRENT},
    {"https://sgo.mari-el.gov.ru", "ru-me", CHECK_CURRENT},
    {"http://old.school.example/", "ru-xx", CHECK_CURRENT},
    {"https://es.ciur.ru/", "ru-ud", CHECK_FORMER},
    {"https://edu.admoblkaluga.ru:444", "ru-klu", CHECK_FORMER},
    {"https://login.dnevnik.ru/login/esia/voronej", "ru-vor", CHECK_FORMER},
    {"https://edu.tatar.ru", "ru-ta", CHECK_FORMER},
    {"https://school.mos.ru/", "ru-mos", CHECK_FORMER},
    {"https://www.gosuslugi.ru/", NULL, CHECK_FEDERAL},
    {"https://esia.gosuslugi.ru", NULL, CHECK_FEDERAL},
    {"https://esia.gosuslugi.ru/public/ra/?fts=reg", NULL, CHECK_FEDERAL},
};
#define KNOWN_COUNT (sizeof known / sizeof known[0])

static struct check_list *list;
static int faults; /* of the running test; each is told, and the test fails at its end */

#define FAULT(...) (faults++, print_error(__VA_ARGS__))

static int set_up(void **state)
{
    (void)state;
    return check_list_new(&list, known, KNOWN_COUNT) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    check_list_free(list);
    return 0;
}

/* Regions of the matches with the verdict's own kind: "ru-vor ru-ros". */
static void regions_of(const struct check_result *result, char out[static 256])
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < result->match_count; i++) {
        const struct check_known *item = &known[result->matches[i]];

        if (item->verdict == result->verdict && item->region != NULL)
            used += (size_t)snprintf(out + used, 256 - used, "%s%s", used ? " " : "", item->region);
    }
}

/* --- the table --- */

enum flag { INSECURE = 1, USER = 2, SEVERAL = 4, OPEN_PATH = 8 };

struct row {
    const char *text;
    enum check_verdict verdict;
    const char *regions; /* "" for none */
    enum look_alike why;
    const char *like; /* host of the known address it looks like, or NULL */
    int flags;
    const char *host; /* as shown; NULL: not looked at */
};

#define CURRENT(iso)  CHECK_CURRENT, (iso), LOOK_NONE, NULL
#define FORMER(iso)   CHECK_FORMER, (iso), LOOK_NONE, NULL
#define FEDERAL       CHECK_FEDERAL, "", LOOK_NONE, NULL
#define UNKNOWN       CHECK_UNKNOWN, "", LOOK_NONE, NULL
#define LIKE(why, of) CHECK_UNKNOWN, "", (why), (of)
#define NETSCHOOL     "netschool.edu22.info"
#define CYRILLIC      "вход.электронныйжурнал33.рф"

static const struct row rows[] = {
    /* nothing to judge */
    {"", UNKNOWN, 0, ""},
    {" ", UNKNOWN, 0, ""},
    {"Барнаул", UNKNOWN, 0, ""},
    {"где войти в дневник", UNKNOWN, 0, ""},
    {"https://", UNKNOWN, 0, ""},
    {"http:///", UNKNOWN, 0, ""},
    {"https:netschool.edu22.info", UNKNOWN, 0, ""},
    {"https:/netschool.edu22.info", UNKNOWN, 0, ""},
    {"https:\\\\netschool.edu22.info", UNKNOWN, 0, ""},
    {"https://https://netschool.edu22.info", UNKNOWN, 0, ""},
    {"ftp://netschool.edu22.info", UNKNOWN, 0, ""},
    {"javascript:netschool.edu22.info", UNKNOWN, 0, ""},
    {"javascript://netschool.edu22.info/%0aalert(1)", UNKNOWN, 0, ""},
    {"data:text/html,netschool.edu22.info", UNKNOWN, 0, ""},
    {"https://netschool..edu22.info", UNKNOWN, 0, ""},
    {"https://.netschool.edu22.info", UNKNOWN, 0, ""},
    {"https://netschool%2Eedu22.info", UNKNOWN, 0, ""},
    {"https://netschool.edu22.info:", CURRENT("ru-alt"), 0, NULL}, /* the end of a sentence */
    {"https://netschool.edu22.info:0", UNKNOWN, 0, ""},
    {"https://netschool.edu22.info:99999", UNKNOWN, 0, ""},
    {"https://netschool.edu22.info:44a", UNKNOWN, 0, ""},
    {"https://netschool.edu22.info\\.evil.example", UNKNOWN, 0, ""},
    {"https://evil.example\\@netschool.edu22.info", UNKNOWN, 0, ""},
    {"https://netschool.edu22.info\t.evil.example", UNKNOWN, 0, ""},
    {"https://netschool.edu22.info\n.evil.example", UNKNOWN, 0, ""},
    {"https://netschool.edu22.info\x01", UNKNOWN, 0, ""},
    {"https://netschool.edu22.info/\xff", UNKNOWN, 0, ""},
    {"\xff\xfe", UNKNOWN, 0, ""},

    /* right, in every honest spelling */
    {"https://netschool.edu22.info/", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"netschool.edu22.info", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"//netschool.edu22.info/", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"NETSCHOOL.EDU22.INFO", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"HTTPS://NetSchool.Edu22.Info/", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info.", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info./", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info:443/", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"netschool.edu22.info:443", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info/authorize/login?x=1#y", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info?x=1", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info#x", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info/?a=https://evil.example", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"  https://netschool.edu22.info/  ", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info/\r\n", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"«https://netschool.edu22.info/»", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"\"netschool.edu22.info\"", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"(https://netschool.edu22.info/)", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"<https://netschool.edu22.info/>", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"Дневник: https://netschool.edu22.info/.", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"Заходите на netschool.edu22.info, там вход.", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"сайт «netschool.edu22.info»!", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"https://netschool.edu22.info https://netschool.edu22.info", CURRENT("ru-alt"), 0, NETSCHOOL},
    {"ｎetschool.edu22.info", CURRENT("ru-alt"), 0, NETSCHOOL}, /* browsers map full width */
    {"netschool。edu22。info", UNKNOWN, 0, ""},                 /* stricter than browsers */
    {"http://netschool.edu22.info/", CURRENT("ru-alt"), INSECURE, NETSCHOOL},
    {"netschool.edu22.info:80", CURRENT("ru-alt"), INSECURE, NETSCHOOL},
    {"http://old.school.example/x", CURRENT("ru-xx"), 0, "old.school.example"},
    {"https://old.school.example/x", CURRENT("ru-xx"), 0, "old.school.example"},
    {"https://cabinet.ruobr.ru/", CURRENT("ru-kem"), 0, "cabinet.ruobr.ru"},
    {"https://cabinet.ruobr.ru/other/page", CURRENT("ru-kem"), 0, NULL},
    {"https://xn--80atdl2c.xn--33-6kcadhwnl3cfdx.xn--p1ai/", CURRENT("ru-vla"), 0, NULL},
    {"XN--80ATDL2C.XN--33-6KCADHWNL3CFDX.XN--P1AI", CURRENT("ru-vla"), 0, NULL},
    {"school.mos.ru", CURRENT("ru-mow"), 0, NULL}, /* former for another region all the same */

    /* ports */
    {"https://netcity.admsakhalin.ru:11111/", CURRENT("ru-sak"), 0, "netcity.admsakhalin.ru:11111"},
    {"netcity.admsakhalin.ru:11111", CURRENT("ru-sak"), 0, "netcity.admsakhalin.ru:11111"},
    {"https://netcity.admsakhalin.ru/", LIKE(LOOK_PORT, "netcity.admsakhalin.ru"), 0, NULL},
    {"netcity.admsakhalin.ru:11112", LIKE(LOOK_PORT, "netcity.admsakhalin.ru"), 0, NULL},
    {"https://netschool.edu22.info:8443/", LIKE(LOOK_PORT, NETSCHOOL), 0,
     "netschool.edu22.info:8443"},
    {"https://netschool.edu22.info:80/", LIKE(LOOK_PORT, NETSCHOOL), 0, NULL},
    {"http://netschool.edu22.info:443/", LIKE(LOOK_PORT, NETSCHOOL), 0, NULL},
    {"https://edu.admoblkaluga.ru:444", FORMER("ru-klu"), 0, "edu.admoblkaluga.ru:444"},
    {"https://edu.admoblkaluga.ru", LIKE(LOOK_PORT, "edu.admoblkaluga.ru"), 0, NULL},
    {"https://education.admoblkaluga.ru:444", LIKE(LOOK_PORT, "education.admoblkaluga.ru"), 0,
     NULL},

    /* paths, where several share a host */
    {"https://login.dnevnik.ru/login/esia/omsk", CURRENT("ru-oms"), 0, NULL},
    {"https://login.dnevnik.ru/login/esia/omsk/", CURRENT("ru-oms"), 0, NULL},
    {"https://login.dnevnik.ru/login/esia/omsk/x?y", CURRENT("ru-oms"), 0, NULL},
    {"HTTPS://LOGIN.DNEVNIK.RU/LOGIN/ESIA/TUVA", CURRENT("ru-ty"), 0, NULL},
    {"https://login.dnevnik.ru/login/esia/voronej", FORMER("ru-vor"), 0, NULL},
    {"https://login.dnevnik.ru/login/esia/omskaya", CURRENT("ru-oms ru-ty"), OPEN_PATH, NULL},
    {"https://login.dnevnik.ru/", CURRENT("ru-oms ru-ty"), OPEN_PATH, NULL},
    {"https://login.dnevnik.ru/login/esia/omsk/../tuva", CURRENT("ru-oms ru-ty"), OPEN_PATH, NULL},
    {"https://login.dnevnik.ru/login/esia/%6fmsk", CURRENT("ru-oms ru-ty"), OPEN_PATH, NULL},
    {"https://www.gosuslugi.ru/school", CURRENT("ru-vor ru-ros"), 0, NULL},
    {"www.gosuslugi.ru/school/login", CURRENT("ru-vor ru-ros"), 0, NULL},
    {"https://www.gosuslugi.ru/schools", FEDERAL, 0, NULL},
    {"https://www.gosuslugi.ru", FEDERAL, 0, "www.gosuslugi.ru"},
    {"https://www.gosuslugi.ru/foreign-citizen", FEDERAL, 0, NULL},
    {"http://www.gosuslugi.ru", FEDERAL, INSECURE, NULL},
    {"https://esia.gosuslugi.ru/login/", FEDERAL, 0, NULL},
    {"esia.gosuslugi.ru/public/ra/?fts=reg", FEDERAL, 0, NULL},

    /* former */
    {"https://es.ciur.ru/", FORMER("ru-ud"), 0, "es.ciur.ru"},
    {"es.ciur.ru", FORMER("ru-ud"), 0, NULL},
    {"ES.CIUR.RU.", FORMER("ru-ud"), 0, NULL},
    {"http://edu.tatar.ru/start", FORMER("ru-ta"), INSECURE, NULL},

    /* something before an @ */
    {"https://user:secret@netschool.edu22.info/", LIKE(LOOK_USER, NETSCHOOL), USER, NETSCHOOL},
    {"https://netschool.edu22.info@evil.example/", LIKE(LOOK_USER, NETSCHOOL), USER,
     "evil.example"},
    {"https://netschool.edu22.info:443@evil.example/", LIKE(LOOK_USER, NETSCHOOL), USER,
     "evil.example"},
    {"https://netschool.edu22.info%2f@evil.example/", LIKE(LOOK_USER, NETSCHOOL), USER,
     "evil.example"},
    {"https://user@evil.example/", CHECK_UNKNOWN, "", LOOK_NONE, NULL, USER, "evil.example"},
    {"netschool.edu22.info@evil.example", LIKE(LOOK_USER, NETSCHOOL), USER, "evil.example"},
    {"https://netschool.edu22.info'@evil.example/", UNKNOWN, USER, "evil.example"},
    {"https://a@b@netschool.edu22.info", UNKNOWN, 0, ""},

    /* several in one text */
    {"https://netschool.edu22.info https://evil.example", UNKNOWN, SEVERAL, ""},
    {"https://netschool.edu22.info @evil.example", UNKNOWN, SEVERAL, ""},
    {"netschool.edu22.info или evil.example", UNKNOWN, SEVERAL, ""},
    {"https://netschool.edu22.info пишите на a@b.example", UNKNOWN, SEVERAL, ""},
    {"https://netschool.edu22.info и https:evil.example", UNKNOWN, SEVERAL, ""},
    {"netschool.edu22.info или HTTP:\\\\evil.example", UNKNOWN, SEVERAL, ""},

    /* letters */
    {"https://netschool.еdu22.info", LIKE(LOOK_LETTERS, NETSCHOOL), 0, NULL},
    {"https://school.mоs.ru", LIKE(LOOK_LETTERS, "school.mos.ru"), 0, NULL},
    {"https://netschool.edu-22.info", LIKE(LOOK_HYPHEN, NETSCHOOL), 0, NULL},
    {"https://netschool.edu22.infо", LIKE(LOOK_LETTERS, NETSCHOOL), 0, NULL},
    /* below a known domain only its owner can make names: unknown, and no forgery */
    {"https://netsсhool.edu22.info", UNKNOWN, 0, "netsсhool.edu22.info"},
    {"https://nеtsсhооl.еdu22.infо", LIKE(LOOK_LETTERS, NETSCHOOL), 0, NULL},
    {"https://xn--netshool-ich.edu22.info", UNKNOWN, 0, "netsсhool.edu22.info"},
    {"https://www.gоsuslugi.ru", LIKE(LOOK_LETTERS, "www.gosuslugi.ru"), 0, NULL},
    {"https://nétschool.edu22.info", UNKNOWN, 0, NULL},
    {"https://netschοοl.edu22.info", UNKNOWN, 0, NULL}, /* Greek */
    {"https://ѕchool.mos.ru", UNKNOWN, 0, NULL},

    /* www */
    {"https://www.netschool.edu22.info", CURRENT("ru-alt"), 0, NULL},
    {"gosuslugi.ru", FEDERAL, 0, NULL},

    /* a known name as the beginning of a foreign one */
    {"https://netschool.edu22.info.example.ru/", LIKE(LOOK_PREFIX, NETSCHOOL), 0, NULL},
    {"edu22.info.example.ru", LIKE(LOOK_PREFIX, NETSCHOOL), 0, NULL},
    {"https://netschool.edu22.info-vhod.example/", LIKE(LOOK_PREFIX, NETSCHOOL), 0, NULL},
    {"https://gosuslugi.ru-login.example/", LIKE(LOOK_PREFIX, "www.gosuslugi.ru"), 0, NULL},
    {"https://a.gosuslugi.ru.example/", LIKE(LOOK_PREFIX, "www.gosuslugi.ru"), 0, NULL},

    /* hyphens */
    {"https://net-school.edu22.info", UNKNOWN, 0, NULL},
    {"https://netschool-edu22.info", LIKE(LOOK_HYPHEN, NETSCHOOL), 0, NULL},
    {"https://netschooledu22.info", LIKE(LOOK_HYPHEN, NETSCHOOL), 0, NULL},
    {"https://gosuslugi-vhod.ru", LIKE(LOOK_HYPHEN, "www.gosuslugi.ru"), 0, NULL},
    {"https://vhod-gosuslugi.ru", LIKE(LOOK_HYPHEN, "www.gosuslugi.ru"), 0, NULL},
    {"https://sgo.mariel.gov.ru", LIKE(LOOK_HYPHEN, "sgo.mari-el.gov.ru"), 0, NULL},

    /* digits, and what the eye takes for a letter */
    {"https://netsch00l.edu22.info", UNKNOWN, 0, NULL},
    {"https://netschoo1.edu22.info", UNKNOWN, 0, NULL},
    {"https://g0suslugi.ru", LIKE(LOOK_DIGITS, "www.gosuslugi.ru"), 0, NULL},
    {"https://gosusluqi.com", LIKE(LOOK_DIGITS, "www.gosuslugi.ru"), 0, NULL},
    {"https://qosusluqi.ru", LIKE(LOOK_DIGITS, "www.gosuslugi.ru"), 0, NULL},
    {"https://www.g0suslugi.ru", LIKE(LOOK_DIGITS, "www.gosuslugi.ru"), 0, NULL},
    {"https://netcity.adrnsakhalin.ru:11111", LIKE(LOOK_DIGITS, "netcity.admsakhalin.ru"), 0, NULL},

    /* a name with a word, glued or not, also under another ending */
    {"https://gosuslugi2026.ru", LIKE(LOOK_HYPHEN, "www.gosuslugi.ru"), 0, NULL},
    {"https://vhodgosuslugi.com", LIKE(LOOK_HYPHEN, "www.gosuslugi.ru"), 0, NULL},
    {"https://gоsuslugi-vhоd.online", LIKE(LOOK_HYPHEN, "www.gosuslugi.ru"), 0, NULL},
    {"https://school.mos-login.ru", LIKE(LOOK_HYPHEN, "school.mos.ru"), 0, NULL},
    {"https://school.mos-haus.ru", UNKNOWN, 0, NULL},
    {"https://tatar-inform.ru", UNKNOWN, 0, NULL}, /* a newspaper: the name is a people's */
    {"https://edu.login-tatar.ru", LIKE(LOOK_HYPHEN, "edu.tatar.ru"), 0, NULL},
    {"https://cosmos.ru", UNKNOWN, 0, NULL},

    /* states move from one zone to the other */
    {"https://sgo.mari-el.ru", UNKNOWN, 0, NULL},

    /* endings */
    {"https://gosuslugi.com.ru", LIKE(LOOK_ENDING, "www.gosuslugi.ru"), 0, NULL},
    {"https://gosuslugi.narod.ru", LIKE(LOOK_ENDING, "www.gosuslugi.ru"), 0, NULL},
    {"https://netschool.edu22.ru", LIKE(LOOK_ENDING, NETSCHOOL), 0, NULL},
    {"https://gosuslugi.com", LIKE(LOOK_ENDING, "www.gosuslugi.ru"), 0, NULL},

    /* slips */
    {"https://netchool.edu22.info", UNKNOWN, 0, NULL},
    {"https://netshcool.edu22.info", UNKNOWN, 0, NULL},
    {"https://netschol.edu2.info", LIKE(LOOK_TYPO, NETSCHOOL), 0, NULL},
    {"https://netschool.edu23.info", LIKE(LOOK_TYPO, NETSCHOOL), 0, NULL},
    {"es.cuir.ru", LIKE(LOOK_TYPO, "es.ciur.ru"), 0, NULL},
    {"es.cu.ru", UNKNOWN, 0, NULL}, /* two slips in a short name are another name */
    {"https://www.gosuslygi.ru", LIKE(LOOK_TYPO, "www.gosuslugi.ru"), 0, NULL},

    /* the known host behind a foreign one */
    {"https://evil.example/netschool.edu22.info/", LIKE(LOOK_PATH, NETSCHOOL), 0, NULL},
    {"https://evil.example/?to=netschool.edu22.info", LIKE(LOOK_PATH, NETSCHOOL), 0, NULL},
    {"evil.example/https://netschool.edu22.info", LIKE(LOOK_PATH, NETSCHOOL), 0, NULL},
    {"https://evil.example#netschool.edu22.info", LIKE(LOOK_PATH, NETSCHOOL), 0, NULL},

    /* strangers */
    {"https://example.ru/", UNKNOWN, 0, "example.ru"},
    {"https://шкoла.рф", UNKNOWN, 0, NULL},
    {"192.0.2.1", UNKNOWN, 0, "192.0.2.1"},
    {"https://[2001:db8::1]:444/", UNKNOWN, 0, "[2001:db8::1]:444"},
    {"localhost", UNKNOWN, 0, ""},
};

static void need_row(const struct row *row, const struct check_result *result)
{
    char regions[256];
    int flags = (result->insecure ? INSECURE : 0) | (result->has_user ? USER : 0) |
                (result->several ? SEVERAL : 0) | (result->open_path ? OPEN_PATH : 0);

    regions_of(result, regions);
    if (result->verdict != row->verdict || strcmp(regions, row->regions) != 0)
        FAULT("%s: %s [%s], want %s [%s]\n", row->text, check_word(result->verdict), regions,
              check_word(row->verdict), row->regions);
    if (result->why != row->why)
        FAULT("%s: looks alike by %d, want %d\n", row->text, (int)result->why, (int)row->why);
    if (row->like != NULL && strstr(known[result->like].url, row->like) == NULL)
        FAULT("%s: looks like %s, want %s\n", row->text, known[result->like].url, row->like);
    if (flags != row->flags)
        FAULT("%s: flags %d, want %d\n", row->text, flags, row->flags);
    if (row->host != NULL && strcmp(buffer_text(&result->host), row->host) != 0)
        FAULT("%s: host %s, want %s\n", row->text, buffer_text(&result->host), row->host);
}

static void test_table(void **state)
{
    (void)state;
    assert_true(sizeof rows / sizeof rows[0] >= 120);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct check_result result;

        assert_int_equal(check_address(list, rows[i].text, strlen(rows[i].text), &result),
                         ERR_NONE);
        need_row(&rows[i], &result);
        check_result_free(&result);
    }
    assert_int_equal(faults, 0);
}

static void test_length(void **state)
{
    char text[PASTED_MAX + 2] = "https://netschool.edu22.info/";
    struct check_result result;

    (void)state;

    memset(text + strlen(text), 'a', sizeof text - strlen(text) - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(check_address(list, text, PASTED_MAX, &result), ERR_NONE);
    assert_int_equal(result.verdict, CHECK_CURRENT);
    check_result_free(&result);
    assert_int_equal(check_address(list, text, PASTED_MAX + 1, &result), ERR_NONE);
    assert_int_equal(result.verdict, CHECK_UNKNOWN);
    check_result_free(&result);
}

/* --- nothing behind the text is read --- */

/* A page that must not be touched lies on each side of one that may be. */
struct fence {
    char *pages;
    size_t page;
};

static void fence_new(struct fence *fence)
{
    fence->page = (size_t)sysconf(_SC_PAGESIZE);
    fence->pages = mmap(NULL, 3 * fence->page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(fence->pages != MAP_FAILED);
    assert_int_equal(mprotect(fence->pages + fence->page, fence->page, PROT_READ | PROT_WRITE), 0);
}

static void assert_same_pasted(const char *inside, const char *text, size_t len)
{
    struct pasted found, wanted;
    char *ended = strndup(text, len);

    assert_non_null(ended);
    assert_int_equal(pasted_find(&found, inside, len), pasted_find(&wanted, ended, len));
    if (strcmp(buffer_text(&found.address), buffer_text(&wanted.address)) != 0 ||
        found.schemed != wanted.schemed || found.several != wanted.several)
        FAULT("%s: %s, want %s\n", ended, buffer_text(&found.address),
              buffer_text(&wanted.address));
    pasted_free(&found);
    pasted_free(&wanted);
    free(ended);
}

/* At the end of the page a read too far is a crash; at its beginning so is one before the text.
 * What stands behind the text there would make another address of it. */
static void need_inside(const struct fence *fence, const char *text, size_t len)
{
    char *begin = fence->pages + fence->page, *end = begin + fence->page;

    memcpy(end - len, text, len);
    assert_same_pasted(end - len, text, len);
    memset(begin, '0', fence->page);
    memcpy(begin, text, len);
    assert_same_pasted(begin, text, len);
    memcpy(begin + len, "://a.ru", 7);
    assert_same_pasted(begin, text, len);
}

static void test_stays_inside(void **state)
{
    static const char *const ends[] = {"127.0127.0..00", "1.1.1.1", "a.b:", "x:/", "http:/",
                                       "https://",       "/",       "//",   "@",   "xn--"};
    struct fence fence;

    (void)state;
    fence_new(&fence);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        need_inside(&fence, ends[i], strlen(ends[i]));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t len = 0; len <= strlen(rows[i].text); len++)
            need_inside(&fence, rows[i].text, len);
    assert_int_equal(munmap(fence.pages, 3 * fence.page), 0);
    assert_int_equal(faults, 0);
}

/* --- from which length on slips are told from another name --- */

static void test_slips_by_length(void **state)
{
    static const struct {
        const char *asked, *known;
        enum look_alike why;
    } cases[] = {
        {"abx.ru", "abc.ru", LOOK_NONE}, /* six letters: too short for a slip */
        {"abcx.ru", "abcd.ru", LOOK_TYPO},
        {"axxd.ru", "abcd.ru", LOOK_NONE},
        {"abcdefxhijyl.ru", "abcdefghijkl.ru", LOOK_NONE}, /* fifteen: one slip, not two */
        {"abcdefxhijkl.ru", "abcdefghijkl.ru", LOOK_TYPO},
        {"abcdefxhijylm.ru", "abcdefghijklm.ru", LOOK_TYPO}, /* sixteen: two */
        {"abcdexxhijylm.ru", "abcdefghijklm.ru", LOOK_NONE},
        {"abcdefxhijyl.ru", "www.abcdefghijkl.ru", LOOK_NONE}, /* www. makes no name longer */
        {"abcdefghijk.ru", "abcdefghijklm.ru", LOOK_TYPO},     /* its own length counts */
        {"abcdefghijklm.ru", "abcdefghijk.ru", LOOK_HYPHEN},   /* a long name glued to more */
        {"abcdefgqxzq.ru", "abcdefg.ru", LOOK_HYPHEN},         /* from seven letters on */
        {"abcdefqxzq.ru", "abcdef.ru", LOOK_NONE},
        {"gosuslugi.com.ru", "www.gosuslugi.ru", LOOK_ENDING},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct host_forms asked, name;
        enum look_alike why;

        assert_int_equal(host_forms_make(&asked, cases[i].asked, strlen(cases[i].asked)), ERR_NONE);
        assert_int_equal(host_forms_make(&name, cases[i].known, strlen(cases[i].known)), ERR_NONE);
        why = look_alike_compare(&asked, &name);
        if (why != cases[i].why)
            FAULT("%s, %s: %d, want %d\n", cases[i].asked, cases[i].known, (int)why,
                  (int)cases[i].why);
        host_forms_free(&asked);
        host_forms_free(&name);
    }
    assert_int_equal(faults, 0);
}

static void test_domain(void **state)
{
    static const struct {
        const char *text, *domain;
    } cases[] = {
        {"https://x.edu22.info", "edu22.info"},
        {"edu22.info", "edu22.info"},
        {"a.b.mos.ru", "mos.ru"},
        {"https://other.gov.ru", ""}, /* under gov.ru they have nothing in common */
        {"https://x.mari-el.gov.ru", "mari-el.gov.ru"},
        {"https://x.example.ru", ""},
        {"https://edu22.info.example.ru", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct check_result result;

        assert_int_equal(check_address(list, cases[i].text, strlen(cases[i].text), &result),
                         ERR_NONE);
        assert_int_equal(result.verdict, CHECK_UNKNOWN);
        assert_string_equal(buffer_text(&result.domain), cases[i].domain);
        check_result_free(&result);
    }
}

static void test_mixed(void **state)
{
    static const struct {
        const char *text;
        bool mixed;
    } cases[] = {
        {"https://gоsuslugi.ru", true}, /* one Cyrillic o */
        {"https://dnеvnik-xyz.example", true},
        {"https://пример.example", false}, /* a label each */
        {"https://школа1.рф", false},
        {"https://münchen.example", false},
        {"https://日本語とひらがなabc.example", false},
        {"https://αlpha.example", true},
        {"https://нетsсhool.edu22.info", false}, /* its owner's */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct check_result result;

        assert_int_equal(check_address(list, cases[i].text, strlen(cases[i].text), &result),
                         ERR_NONE);
        if (result.verdict != CHECK_UNKNOWN || result.mixed != cases[i].mixed)
            FAULT("%s: %d\n", cases[i].text, result.mixed);
        check_result_free(&result);
    }
    assert_int_equal(faults, 0);
}

/* Of a known host that several regions share, the example is one that works everywhere; else it is
 * said to be shared. */
static void test_shared(void **state)
{
    struct check_result result;
    static const char *const texts[] = {"gosusluqi.ru", "login.dnevnik.com", "netschool.edu22.com"};
    static const char *const likes[] = {"https://www.gosuslugi.ru/",
                                        "https://login.dnevnik.ru/login/esia/omsk",
                                        "https://netschool.edu22.info/"};
    static const bool shared[] = {true, true, false};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(check_address(list, texts[i], strlen(texts[i]), &result), ERR_NONE);
        assert_int_not_equal(result.why, LOOK_NONE);
        assert_string_equal(known[result.like].url, likes[i]);
        assert_int_equal(result.like_shared, shared[i]);
        check_result_free(&result);
    }
}

static void test_wrapped(void **state)
{
    static const struct {
        const char *text, *wrapped, *host;
        enum check_verdict verdict;
    } cases[] = {
        {"https://vk.com/away.php?to=https%3A%2F%2Fnetschool.edu22.info%2F&cc_key=", "vk.com",
         NETSCHOOL, CHECK_CURRENT},
        {"https://m.vk.com/away?to=netschool.edu22.info", "m.vk.com", NETSCHOOL, CHECK_CURRENT},
        {"https://away.vk.com/away.php?utf=1&to=https%3A%2F%2Fevil.example", "away.vk.com",
         "evil.example", CHECK_UNKNOWN},
        {"https://www.google.com/url?sa=t&url=https%3A%2F%2Fes.ciur.ru%2F&x=1", "www.google.com",
         "es.ciur.ru", CHECK_FORMER},
        {"https://google.com.tr/url?q=https://netschool.edu22.info/", "google.com.tr", NETSCHOOL,
         CHECK_CURRENT},
        {"https://t.me/iv?url=https://netschool.edu22.info/&rhash=1", "t.me", NETSCHOOL,
         CHECK_CURRENT},
        {"https://ok.ru/dk?cmd=logExternal&st.cmd=logExternal&st.link=http%3A%2F%2Fevil.example",
         "ok.ru", "evil.example", CHECK_UNKNOWN},
        {"https://click.mail.ru/redir?u=https%3A%2F%2Fnetschool.edu22.info", "click.mail.ru",
         NETSCHOOL, CHECK_CURRENT},
        {"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnetschool.edu22.info",
         "eur01.safelinks.protection.outlook.com", NETSCHOOL, CHECK_CURRENT},
        {"https://urldefense.proofpoint.com/v2/url?u=https-3A__netschool.edu22.info_&d=Dw",
         "urldefense.proofpoint.com", NETSCHOOL, CHECK_CURRENT},
        {"https://urldefense.com/v3/__https://netschool.edu22.info/__;!!abc$", "urldefense.com",
         NETSCHOOL, CHECK_CURRENT},
        /* one in the other */
        {"https://vk.com/away.php?to=https%3A%2F%2Fwww.google.ru%2Furl%3Fq%3Dhttps%253A%252F%252F"
         "evil.example",
         "www.google.ru", "evil.example", CHECK_UNKNOWN},
        /* none: another host, a name before an @, no address in it */
        {"https://vk.com.evil.example/away.php?to=https://netschool.edu22.info/", "",
         "vk.com.evil.example", CHECK_UNKNOWN},
        {"https://google.evil/url?q=https://netschool.edu22.info/", "", "google.evil",
         CHECK_UNKNOWN},
        {"https://vk.com@evil.example/away.php?to=https://netschool.edu22.info/", "",
         "evil.example", CHECK_UNKNOWN},
        {"https://vk.com:444/away.php?to=https://netschool.edu22.info/", "", "vk.com:444",
         CHECK_UNKNOWN},
        {"https://vk.com/away.php?to=javascript:alert", "", "vk.com", CHECK_UNKNOWN},
        {"https://vk.com/away.php?to=https%3A%2F%2Fnetschool.edu22.info%2F%00", "", "vk.com",
         CHECK_UNKNOWN},
        {"https://vk.com/away.php", "", "vk.com", CHECK_UNKNOWN},
        /* something before an @ inside */
        {"https://vk.com/away.php?to=https%3A%2F%2Fnetschool.edu22.info%40evil.example", "vk.com",
         "evil.example", CHECK_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct check_result result;

        assert_int_equal(check_address(list, cases[i].text, strlen(cases[i].text), &result),
                         ERR_NONE);
        if (result.verdict != cases[i].verdict ||
            strcmp(buffer_text(&result.wrapped), cases[i].wrapped) != 0 ||
            strcmp(buffer_text(&result.host), cases[i].host) != 0)
            FAULT("%s: %s of %s, %s\n", cases[i].text, buffer_text(&result.host),
                  buffer_text(&result.wrapped), check_word(result.verdict));
        check_result_free(&result);
    }
    assert_int_equal(faults, 0);
}

static void test_punycode_both_ways(void **state)
{
    static const struct {
        const char *text, *host, *ascii;
    } cases[] = {
        {"вход.школа.рф", "вход.школа.рф", "xn--b1ae3a1a.xn--80atdl2c.xn--p1ai"},
        {"https://XN--80ATDL2C.xn--p1ai:444/", "школа.рф:444", "xn--80atdl2c.xn--p1ai:444"},
        {"ВХОД.ШКОЛА.РФ", "вход.школа.рф", "xn--b1ae3a1a.xn--80atdl2c.xn--p1ai"},
        {"xn--99999999.example", "xn--99999999.example", "xn--99999999.example"}, /* no Punycode */
        {"straße.example", "straße.example", "xn--strae-oqa.example"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct check_result result;

        assert_int_equal(check_address(list, cases[i].text, strlen(cases[i].text), &result),
                         ERR_NONE);
        if (strcmp(buffer_text(&result.host), cases[i].host) != 0 ||
            strcmp(buffer_text(&result.ascii), cases[i].ascii) != 0)
            FAULT("%s: %s, %s\n", cases[i].text, buffer_text(&result.host),
                  buffer_text(&result.ascii));
        check_result_free(&result);
    }
    assert_int_equal(faults, 0);
}

/* --- every address of data/ --- */

struct data {
    struct check_known items[512];
    size_t count;
    struct ini *files[128]; /* behind the strings */
    char isos[128][8];
    size_t file_count;
};

static void add_sections(struct data *data, const struct ini *ini, const char *prefix,
                         const char *iso, enum check_verdict verdict)
{
    for (size_t i = 0; i < ini_section_count(ini); i++) {
        const char *section = ini_section(ini, i);
        const char *url = ini_get(ini, section, "url");

        if (strncmp(section, prefix, strlen(prefix)) != 0 || url == NULL)
            continue;
        assert_true(data->count < sizeof data->items / sizeof data->items[0]);
        data->items[data->count++] = (struct check_known){url, iso, verdict};
    }
}

static void read_folder(struct data *data, const char *folder)
{
    struct file_names names;

    assert_int_equal(file_names(&names, folder, ".ini"), ERR_NONE);
    for (size_t i = 0; i < names.count; i++) {
        char *path = file_path(folder, names.names[i], "");
        char *iso = data->isos[data->file_count];
        struct ini *ini = NULL;

        assert_int_equal(ini_load(&ini, path, NULL), ERR_NONE);
        snprintf(iso, sizeof data->isos[0], "%.7s", names.names[i]);
        iso[strcspn(iso, ".")] = '\0';
        add_sections(data, ini, "login.", iso, CHECK_CURRENT);
        add_sections(data, ini, "former.", iso, CHECK_FORMER);
        add_sections(data, ini, "address.", NULL, CHECK_FEDERAL);
        data->files[data->file_count++] = ini;
        free(path);
    }
    file_names_free(&names);
}

/* Writes the pattern with word in place of its "%s"; the length. */
static int put_in(char text[static 512], const char *pattern, const char *word)
{
    const char *at = strstr(pattern, "%s");

    return snprintf(text, 512, "%.*s%s%s", (int)(at - pattern), pattern, word, at + 2);
}

/* An address of the list in other spellings; each has the address in place of %s. */
static void need_known(const struct check_list *all, const struct data *data, size_t index)
{
    static const char *const spellings[] = {"%s", " %s ", "«%s»", "Вход: %s.", "%s#x"};
    const struct check_known *item = &data->items[index];

    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        char text[512];
        struct check_result result;
        bool found = false;
        int len = put_in(text, spellings[i], item->url);

        assert_int_equal(check_address(all, text, (size_t)len, &result), ERR_NONE);
        for (size_t n = 0; n < result.match_count; n++)
            found = found || result.matches[n] == index;
        if (!found || result.verdict > item->verdict || result.why != LOOK_NONE)
            FAULT("%s: %s\n", text, check_word(result.verdict));
        check_result_free(&result);
    }
}

/* Neighbours of an address that are not in the list must not pass for right. */
static void need_unknown(const struct check_list *all, const char *url)
{
    static const char *const traps[] = {"https://x%s", "https://%s.example.ru",
                                        "https://%s@evil.example", "https://evil.example/%s",
                                        "https://%s:9"};
    char host[256];
    const char *at = strstr(url, "://") + 3;

    snprintf(host, sizeof host, "%.*s", (int)strcspn(at, ":/"), at);
    for (size_t i = 0; i < sizeof traps / sizeof traps[0]; i++) {
        char text[512];
        struct check_result result;
        int len;

        len = put_in(text, traps[i], host);
        assert_int_equal(check_address(all, text, (size_t)len, &result), ERR_NONE);
        if (result.verdict != CHECK_UNKNOWN)
            FAULT("%s: %s\n", text, check_word(result.verdict));
        if (result.why == LOOK_NONE && result.domain.len == 0)
            FAULT("%s resembles %s, and nothing says so\n", text, host);
        check_result_free(&result);
    }
}

static void test_data(void **state)
{
    static struct data data;
    struct check_list *all = NULL;

    (void)state;

    read_folder(&data, "data/regions");
    read_folder(&data, "data/portals");
    assert_true(data.count > 140);
    assert_int_equal(check_list_new(&all, data.items, data.count), ERR_NONE);
    for (size_t i = 0; i < data.count; i++) {
        need_known(all, &data, i);
        need_unknown(all, data.items[i].url);
    }
    check_list_free(all);
    for (size_t i = 0; i < data.file_count; i++)
        ini_free(data.files[i]);
    assert_int_equal(faults, 0);
}

/* A list that cannot be read in part still knows the rest. */
static void test_broken_list(void **state)
{
    static const struct check_known broken[] = {
        {"no address", "ru-xx", CHECK_CURRENT},
        {"https://school.example/", "ru-alt", CHECK_CURRENT},
    };
    struct check_list *some = NULL;
    struct check_result result;

    (void)state;

    assert_int_equal(check_list_new(&some, broken, 2), ERR_NONE);
    assert_int_equal(check_address(some, "school.example", 14, &result), ERR_NONE);
    assert_int_equal(result.verdict, CHECK_CURRENT);
    assert_int_equal(result.matches[0], 1);
    check_result_free(&result);
    check_list_free(some);
}

/* Noise: whatever comes, the answer is a verdict, and never current without a host of the list. */
static void test_noise(void **state)
{
    static const char *const parts[] = {
        "https://", "http://", NETSCHOOL, "evil.example", "@", ":", "443", "/",    "\\",
        ".",        " ",       "%2f",     "[::1]",        "?", "#", "«",   "\xd0", "xn--",
        "а",        "-",       "www.",    "\xe2\x80\xae"};
    unsigned seed = 22;

    (void)state;

    for (int round = 0; round < 20000; round++) {
        char text[256] = "";
        struct check_result result;

        for (int n = 0; n < 6; n++) {
            seed = seed * 1103515245u + 12345u;
            strcat(text, parts[(seed >> 16) % (sizeof parts / sizeof parts[0])]);
        }
        assert_int_equal(check_address(list, text, strlen(text), &result), ERR_NONE);
        if (result.verdict != CHECK_UNKNOWN && strcmp(buffer_text(&result.ascii), NETSCHOOL) != 0 &&
            strcmp(buffer_text(&result.ascii), "www." NETSCHOOL) != 0)
            FAULT("%s: %s for %s\n", text, check_word(result.verdict), buffer_text(&result.ascii));
        check_result_free(&result);
    }
    assert_int_equal(faults, 0);
}

static int set_none(void **state)
{
    (void)state;
    faults = 0;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_table, set_none),
        cmocka_unit_test_setup(test_length, set_none),
        cmocka_unit_test_setup(test_stays_inside, set_none),
        cmocka_unit_test_setup(test_slips_by_length, set_none),
        cmocka_unit_test_setup(test_domain, set_none),
        cmocka_unit_test_setup(test_punycode_both_ways, set_none),
        cmocka_unit_test_setup(test_mixed, set_none),
        cmocka_unit_test_setup(test_shared, set_none),
        cmocka_unit_test_setup(test_wrapped, set_none),
        cmocka_unit_test_setup(test_broken_list, set_none),
        cmocka_unit_test_setup(test_noise, set_none),
        cmocka_unit_test_setup(test_data, set_none),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
