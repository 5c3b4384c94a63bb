/*
 * Tests of publishing, which must leave either the old snapshot or the new one, whatever happens.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "content_set.h"
#include "directory/schema.h"

static void test_publish_rows(void **state)
{
    static const struct {
        const char *sql;
        const char *answer;
    } cases[] = {
        {"PRAGMA integrity_check", "ok"},
        {"PRAGMA journal_mode", "delete"},
        {"SELECT value FROM meta WHERE key = 'schema'", DIRECTORY_SCHEMA},
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
        {"SELECT group_concat(id) FROM (SELECT id FROM article ORDER BY id)", "first,q/1,q/2,q/3"},
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
        /* sources: rows, who rests on them, and what lists show */
        {"SELECT url || date || origin FROM source WHERE id = 's'", "https://s.example/2026-09s"},
        {"SELECT count(*) FROM source WHERE id = 't' AND url IS NULL AND date IS NULL", "1"},
        {"SELECT group_concat(source) FROM (SELECT source FROM citation WHERE kind = 'login' AND"
         " owner = 'ru-aa' AND id = 'schools' ORDER BY position)",
         "s,t"},
        {"SELECT count(*) FROM citation WHERE kind = 'former' AND owner = 'ru-aa' AND id = '1'",
         "1"},
        {"SELECT count(*) FROM citation WHERE kind = 'portal_address' AND owner = 'fed'", "1"},
        {"SELECT count(*) FROM citation WHERE kind = 'contact' AND owner = 'help' AND id = ''",
         "1"},
        {"SELECT source FROM login WHERE id = 'schools'", "Сводка; Таблица"},
        {"SELECT source FROM article WHERE id = 'q/3'", "Сводка; Таблица"},
        {"SELECT group_concat(confidence) FROM (SELECT confidence FROM login ORDER BY position)",
         "high,medium"},
        {"SELECT group_concat(title) FROM (SELECT title FROM symptom ORDER BY position)",
         "Вход для ребёнка,Для школ"},
        {"SELECT symptom FROM article WHERE id = 'q/1'", "staff"},
        {"SELECT count(*) FROM article WHERE symptom IS NULL", "1"},
        /* parts, and whom they are for */
        {"SELECT text FROM article WHERE id = 'q/3'", "Для всех."},
        {"SELECT group_concat(number || title || fold) FROM (SELECT * FROM part WHERE article ="
         " 'q/3' ORDER BY number)",
         "1В Альфе0,2По старой инструкции1"},
        {"SELECT short || aloud || slot || text FROM part WHERE article = 'q/3' AND number = 1",
         "Ответ в Альфе.Три. / Четыре.addressТекст в Альфе."},
        {"SELECT count(*) FROM part WHERE short IS NULL AND aloud IS NULL", "3"},
        {"SELECT group_concat(article || part || kind || value) FROM (SELECT * FROM article_limit"
         " ORDER BY article, part, kind, value)",
         "first0portalalpha,first0regionru-aa,q/10readerstaff,q/30agefrom-14,q/30ageunder-14,"
         "q/31portalalpha,q/31viaesia,q/32until2026-01-09"},
    };
    struct publish_summary summary;

    (void)state;
    assert_int_equal(publish(&summary), ERR_NONE);
    assert_true(summary.changed);
    assert_int_equal(summary.regions, 2);
    assert_int_equal(summary.addresses, 3);
    assert_int_equal(summary.guides, 1);
    assert_int_equal(summary.questions, 3);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_snapshot(cases[i].sql, cases[i].answer);
    assert_snapshot("SELECT value FROM meta WHERE key = 'identity'", summary.identity);
}

static void assert_parts(const char *iso, const char *parts)
{
    char sql[300];

    snprintf(sql, sizeof sql,
             "SELECT coalesce(group_concat(part), '') FROM (SELECT part FROM article_part_applies"
             " WHERE article = 'q/3' AND region = '%s' AND applies ORDER BY part)",
             iso);
    assert_snapshot(sql, parts);
}

/* Which parts a region gets, as the one view of it says. ru-aa has addresses of alpha, one of them
 * for both ways of signing in; ru-bb has one, ru-cc none. */
static void test_applies(void **state)
{
    static const struct {
        const char *file, *from, *to; /* an edit, or NULL */
        const char *aa, *bb, *cc;     /* parts of q/3 that apply in each region */
    } cases[] = {
        {NULL, NULL, NULL, "0,1,2", "0,1,2", "0,2"},
        {"questions/03-three.md", "via: esia", "via: password", "0,1,2", "0,2", "0,2"},
        {"regions/RU-BB.ini", "via = esia", "via = unknown", "0,1,2", "0,1,2", "0,2"},
        {"regions/RU-BB.ini", "portal = alpha", "portal = beta", "0,1,2", "0,2", "0,2"},
        /* where no address is known, any way may be right */
        {"questions/03-three.md", "portals: alpha\n", "", "0,1,2", "0,1,2", "0,1,2"},
        {"regions/RU-BB.ini", "via = unknown", "via = esia", "0,1,2", "0,2", "0,1,2"},
        {"questions/03-three.md", "via: password", "regions: ru-bb", "0,2", "0,1,2", "0,2"},
        {"questions/03-three.md", "regions: ru-bb", "via: esia", "0,1,2", "0,1,2", "0,1,2"},
        /* a federal portal is everywhere */
        {"questions/03-three.md", "via: esia", "portals: fed", "0,1,2", "0,1,2", "0,1,2"},
        /* what an article is limited to, its parts are */
        {"questions/03-three.md", "portals: fed", "via: esia", "0,1,2", "0,1,2", "0,1,2"},
        {"questions/03-three.md", "mentions: fed, alpha", "portals: alpha", "0,1,2", "", ""},
    };

    (void)state;
    edit("questions/03-three.md", "mentions: fed", "mentions: fed, alpha");
    edit("questions/03-three.md", "[адрес](vhod:address)\n\n", "");
    edit("portals/beta.ini", NULL,
         "[portal]\nname = Бета\nabout = Дневник.\nfederal = no\nsources = s\n");
    edit("regions/RU-BB.ini", "",
         "[login.one]\ntitle = Для школ\nurl = https://bb.example/\nportal = alpha\n"
         "audience = all\nvia = esia\nstatus = current\nsources = s\n");
    edit("regions/RU-CC.ini", NULL,
         "[region]\nname = Третья область\nshort = Третья\nplace = в Третьей\nenglish = Third\n"
         "kind = область\ndistrict = Южный\ntimezone = Asia/Barnaul\ncodes = 44\n"
         "postcodes = 650\n");
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (cases[i].file != NULL)
            edit(cases[i].file, cases[i].from, cases[i].to);
        assert_int_equal(publish(NULL), ERR_NONE);
        assert_parts("ru-aa", cases[i].aa);
        assert_parts("ru-bb", cases[i].bb);
        assert_parts("ru-cc", cases[i].cc);
    }
}

/* A college's address counts only where its portal is the only one asked for. */
static void test_college_applies(void **state)
{
    (void)state;
    edit("regions/RU-BB.ini", "",
         "[login.spo]\ntitle = Для колледжей\nurl = https://spo.example/\nportal = alpha\n"
         "audience = students\nvia = esia\nstatus = college\nsources = s\n");
    assert_int_equal(publish(NULL), ERR_NONE);
    assert_snapshot("SELECT applies FROM article_part_applies WHERE article = 'q/3' AND part = 1"
                    " AND region = 'ru-bb'",
                    "1");
    edit("portals/beta.ini", NULL,
         "[portal]\nname = Бета\nabout = Дневник.\nfederal = no\nsources = s\n");
    edit("questions/03-three.md", "portals: alpha", "portals: alpha, beta");
    assert_int_equal(publish(NULL), ERR_NONE);
    assert_snapshot("SELECT applies FROM article_part_applies WHERE article = 'q/3' AND part = 1"
                    " AND region = 'ru-bb'",
                    "0");
    /* and so a part for that region alone is for nobody, which the check says */
    edit("questions/03-three.md", "portals: alpha, beta", "portals: alpha\nregions: ru-bb");
    assert_int_equal(publish(NULL), ERR_NONE);
    edit("questions/03-three.md", "portals: alpha\nregions: ru-bb",
         "portals: alpha, beta\nregions: ru-bb");
    assert_int_not_equal(publish(NULL), ERR_NONE);
}

/* Two sources of one origin are one. */
static void test_confidence(void **state)
{
    (void)state;
    edit("sources.tsv", "t\tТаблица\t\t\t", "t\tТаблица\t\t\ts");
    assert_int_equal(publish(NULL), ERR_NONE);
    assert_snapshot("SELECT confidence FROM login WHERE id = 'schools'", "medium");
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
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
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
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &whole), 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_publish_rows),           IN_FOLDER(test_applies),
        IN_FOLDER(test_college_applies),        IN_FOLDER(test_confidence),
        IN_FOLDER(test_identity_and_revisions), IN_FOLDER(test_published_must_not_vanish),
        IN_FOLDER(test_failures_leave_the_old), IN_FOLDER(test_unreadable_snapshot),
        IN_FOLDER(test_kill_at_any_moment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
