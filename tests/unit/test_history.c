/*
 * Tests of the archive: what was published answers for ever, under the same number and with the
 * same words, whatever is lost, cut off or tampered with in between; and what a reader gets of an
 * old text is safe.
 */
#include "base/buffer.h"
#include "base/file.h"
#include "content/article.h"
#include "content/difference.h"
#include "content/fault.h"
#include "content/history.h"
#include "content/markup.h"
#include "content/past.h"
#include "content/publish.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "content_kit.h"

/* --- a small content set --- */

#define QUESTION(text)                                                                               \
    "title: Второй\nnumber: 2\nshort: Ответ.\nupdated: 2026-11-21\nsources: s\nsymptom: " \
    "child\naloud: Раз. / "                                                                       \
    "Два.\n\n" text "\n"
#define GUIDE                                                                                      \
    "title: Шаги\nshort: Как войти.\nupdated: 2026-11-21\nsources: s\nposition: 1\n"   \
    "audience: Для всех\nneeds: Логин\nminutes: 5\nresult: Вы вошли\n\n"        \
    "Начало.\n\n## Откройте\n\nНажмите кнопку.\n\n## Закройте\n\nВсё.\n"
#define REGION                                                                                                       \
    "[region]\nname = Первая область\nshort = Первая\nplace = в Первой\nenglish = First\n" \
    "kind = область\ndistrict = Южный\ntimezone = Europe/Moscow\ncodes = 22\npostcodes = 656\n"
#define LOGIN(url)                                                                                 \
    "[login.schools]\ntitle = Для школ\nurl = " url "\nportal = alpha\naudience = all\n"           \
    "via = esia\nstatus = current\nsources = s\n"
#define FORMER                                                                                     \
    "[former.1]\nurl = https://one.example/\nportal = Альфа\nuntil = 2026-11-20\n"            \
    "replaced_by = https://two.example/\nsources = s\n"

static const struct kit_file good_files[] = {
    {"regions/RU-AA.ini", REGION LOGIN("https://one.example/")},
    {"portals/alpha.ini", "[portal]\nname = Альфа\nabout = Дневник.\nfederal = no\nsources = s\n"},
    {"portals/fed.ini", "[portal]\nname = Фед\nabout = Вход.\nfederal = yes\nsources = s\n"
                        "[address.main]\nwhat = Вход\nurl = https://fed.example/\nsources = s\n"},
    {"guides/first.md", GUIDE},
    {"questions/01-one.md",
     "title: Что?\nnumber: 1\nshort: Ответ.\nupdated: 2026-11-21\nsources: s\n"
     "symptom: child\naloud: Раз. / Два.\n\nТекст.\n"},
    {"questions/02-two.md", QUESTION("Первый текст, и [ссылка](/q/1).")},
    {"places.tsv", "name\tregion\tpopulation\tlatitude\tlongitude\taliases\n"},
    {"clients.tsv", "pattern\tclient\tsource\tchecked\n"},
    {"synonyms.tsv", "role\twords\n"},
    {"holidays.tsv", "date\twhat\tname\tsource\n"},
    {"sources.tsv", "id\ttitle\turl\tdate\torigin\ns\tСводка\t\t\t\n"},
    {"symptoms.tsv", "id\ttitle\nchild\tВход для ребёнка\n"},
    {"troubles.tsv", "words\tquestion\ticon\n"},
    {"glossary.tsv", "term\tmeaning\tavoid\n"},
    {"vhod.ini", "[site]\nurl = https://vhod.example\n"},
};

static int make_folder(void **state)
{
    (void)state;
    setenv("VHOD_NOW", "1700000000", 1);
    return kit_make(good_files, COUNT(good_files));
}

static int forget_folder(void **state)
{
    unsetenv("VHOD_NOW");
    return remove_folder(state);
}

/* Publishes so many seconds after the beginning. */
static void publish_at(int seconds)
{
    char now[32];

    snprintf(now, sizeof now, "%d", 1700000000 + seconds);
    setenv("VHOD_NOW", now, 1);
    assert_int_equal(publish(NULL), ERR_NONE);
}

static void assert_archive(const char *sql, const char *expected)
{
    assert_file_answer("state/history.db", sql, expected);
}

static void assert_contains(const char *sql, const char *part)
{
    char *answer = ask_file("state/directory.db", sql);

    if (strstr(answer, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, answer);
    free(answer);
}

/* Changes the archive behind its back. */
static void tamper(const char *sql)
{
    sqlite3 *db = NULL;
    char *path = path_of("state/history.db");
    char *message = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(db);
    free(path);
}

/* Three revisions of question 2. */
static void publish_three(void)
{
    publish_at(0);
    write_text("questions/02-two.md", QUESTION("Второй текст, и [ссылка](/q/1)."));
    publish_at(100);
    write_text("questions/02-two.md", QUESTION("Третий текст, и [ссылка](/guide/first)."));
    publish_at(200);
}

static void assert_three(void)
{
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "3");
    assert_snapshot("SELECT count(*) FROM revision", "2");
    assert_snapshot("SELECT text FROM revision WHERE article = 'q/2' AND number = 1",
                    "Первый текст, и ссылка (/q/1).");
    assert_snapshot("SELECT published || ' ' || until FROM revision WHERE number = 1",
                    "2023-11-14T22:13:20Z 2023-11-14T22:15:00Z");
    assert_snapshot("SELECT html FROM revision WHERE article = 'q/2' AND number = 2",
                    "<p>Второй текст, и <a href=\"/q/1\">ссылка</a>.</p>\n");
    assert_snapshot("SELECT until FROM revision WHERE number = 2", "2023-11-14T22:16:40Z");
    assert_contains("SELECT diff_html FROM revision WHERE number = 2", "<del>Второй</del>");
    assert_contains("SELECT diff_html FROM revision WHERE number = 2", "<ins>Третий</ins>");
    assert_contains("SELECT diff_html FROM revision WHERE number = 1", "<del>Первый</del>");
    /* the changed word alone */
    assert_snapshot("SELECT diff_added || ' ' || diff_removed FROM revision WHERE number = 1",
                    "1 1");
}

static void test_three_revisions(void **state)
{
    (void)state;
    publish_three();
    assert_three();
    assert_archive("SELECT group_concat(number) FROM revision WHERE article = 'q/2'", "1,2,3");
    assert_archive("SELECT source FROM revision WHERE article = 'q/2' AND number = 1",
                   QUESTION("Первый текст, и [ссылка](/q/1)."));
}

static void test_same_again_is_nothing_new(void **state)
{
    struct publish_summary summary;
    char *before;

    (void)state;
    publish_three();
    before = ask_file("state/history.db", "SELECT count(*) FROM entry");
    assert_int_equal(publish(&summary), ERR_NONE);
    assert_false(summary.changed);
    assert_archive("SELECT count(*) FROM entry", before);
    free(before);
}

static void test_snapshot_lost(void **state)
{
    (void)state;
    publish_three();
    shell("rm '%s'/state/directory.db*", folder);
    publish_at(300);
    assert_three();
    /* and the numbers go on */
    write_text("questions/02-two.md", QUESTION("Четвёртый."));
    shell("rm '%s'/state/directory.db*", folder);
    publish_at(400);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "4");
    assert_snapshot("SELECT count(*) FROM revision", "3");
}

static void test_archive_remembers_what_was_published(void **state)
{
    (void)state;
    publish_three();
    shell("rm '%s'/state/directory.db* '%s/data/questions/02-two.md'", folder, folder);
    assert_int_equal(publish(NULL), ERR_INVALID);
    shell("test ! -e '%s/state/directory.db'", folder);
    write_text("questions/02-two.md", QUESTION("Третий текст, и [ссылка](/guide/first)."));
    shell("rm '%s/data/regions/RU-AA.ini'", folder);
    assert_int_equal(publish(NULL), ERR_INVALID);
}

/* The same text again is another revision: it is held against the newest one only. */
static void test_back_to_an_old_text(void **state)
{
    struct publish_summary summary;

    (void)state;
    publish_three();
    write_text("questions/02-two.md", QUESTION("Первый текст, и [ссылка](/q/1)."));
    assert_int_equal(publish(&summary), ERR_NONE);
    assert_true(summary.changed);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "4");
    assert_snapshot("SELECT diff_added || ' ' || diff_removed FROM revision WHERE number = 1",
                    "0 0");
    /* The content is that of the first publish, the snapshot's identity too, and yet it was
     * swapped: its revisions are others. */
    assert_snapshot("SELECT count(*) FROM revision", "3");
}

static void test_guide_is_kept_whole(void **state)
{
    (void)state;
    publish_at(0);
    write_text("guides/first.md", "title: Шаги иначе\nshort: Как войти.\nupdated: 2026-11-21\n"
                                  "sources: s\nposition: 1\naudience: Для всех\nneeds: Пароль\n"
                                  "minutes: 5\nresult: Вы вошли\n\nНачало.\n\n## Откройте\n\n"
                                  "Нажмите дверь.\n\n## Закройте\n\nВсё.\n");
    publish_at(100);
    assert_snapshot("SELECT title || '|' || needs || '|' || minutes FROM revision", "Шаги|Логин|5");
    assert_snapshot("SELECT html FROM revision", "<p>Начало.</p>\n<h2>Откройте</h2>\n"
                                                 "<p>Нажмите кнопку.</p>\n<h2>Закройте</h2>\n"
                                                 "<p>Всё.</p>\n");
    assert_contains("SELECT diff_html FROM revision", "<ins>дверь.</ins>");
    assert_contains("SELECT diff_html FROM revision", "<del>Логин</del>");
}

/* Whom a part is for is no part of an old text; its short answer is. */
static void test_parts_are_kept(void **state)
{
    (void)state;
    write_text(
        "questions/02-two.md",
        QUESTION("Для всех.\n\n## В Альфе\nportals: alpha\nshort: Ответ *в* Альфе.\n\nРаз два.\n\n"
                 "## Иначе\n\nВсё."));
    publish_at(0);
    write_text("questions/02-two.md", QUESTION("Для всех.\n\n## В Альфе\nregions: ru-aa\nmentions: "
                                               "alpha\nshort: Ответ *там* в Альфе.\n\nРаз три.\n\n"
                                               "## Иначе\n\nВсё."));
    publish_at(100);
    assert_snapshot("SELECT html FROM revision",
                    "<p>Для всех.</p>\n<h2>В Альфе</h2>\n<p>Ответ *в* Альфе.</p>\n"
                    "<p>Раз два.</p>\n<h2>Иначе</h2>\n<p>Всё.</p>\n");
    assert_snapshot("SELECT text FROM revision",
                    "Для всех.\n\nВ Альфе\n\nОтвет *в* Альфе.\n\nРаз два.\n\nИначе\n\nВсё.");
    assert_contains("SELECT diff_html FROM revision",
                    "<p>Ответ <del>*в*</del> <ins>*там* в</ins> Альфе.</p>");
    assert_contains("SELECT diff_html FROM revision", "<p>Раз <del>два.</del> <ins>три.</ins></p>");
    assert_snapshot("SELECT diff_html LIKE '%portals%' OR diff_html LIKE '%ru-aa%' FROM revision",
                    "0");
}

/* --- changes --- */

static void test_first_publish_is_no_change(void **state)
{
    (void)state;
    publish_at(0);
    assert_snapshot("SELECT count(*) FROM change", "0");
    assert_snapshot("SELECT value FROM meta WHERE key = 'began'", "2023-11-14T22:13:20Z");
    assert_archive("SELECT count(*) || ' ' || sum(baseline) FROM entry", "6 6");
}

static void test_changes_of_addresses(void **state)
{
    static const struct {
        const char *region;
        const char *changes;
    } steps[] = {
        {REGION LOGIN("https://two.example/") FORMER,
         "login changed https://two.example/ https://one.example/; "
         "former added https://one.example/ -"},
        /* a note is no change of an address */
        {REGION LOGIN("https://two.example/") "note = Заметка.\n" FORMER, ""},
        {REGION "choose = Какой?\n" LOGIN(
             "https://two.example/") "button = Войти\n" FORMER
                                     "[login.more]\ntitle = Ещё\nbutton = Ещё\nurl = "
                                     "https://more.example/\nportal = alpha\n"
                                     "audience = all\nvia = esia\nstatus = optional\nsources = s\n",
         "login added https://more.example/ -"},
        {REGION LOGIN("https://two.example/") FORMER, "login removed https://more.example/ -"},
        {REGION, "login removed https://two.example/ -; former removed https://one.example/ -"},
        {REGION LOGIN("https://two.example/"), "login added https://two.example/ -"},
    };
    char sql[300];

    (void)state;
    publish_at(0);
    for (size_t i = 0; i < COUNT(steps); i++) {
        char *last =
            i == 0 ? strdup("0") : ask_file("state/directory.db", "SELECT max(number) FROM change");

        write_text("regions/RU-AA.ini", steps[i].region);
        publish_at(100 * ((int)i + 1));
        snprintf(sql, sizeof sql,
                 "SELECT coalesce(group_concat(subject || ' ' || change || ' ' || url || ' ' ||"
                 " coalesce(url_before, '-'), '; '), '') FROM (SELECT * FROM change"
                 " WHERE number > %s ORDER BY number)",
                 last);
        assert_snapshot(sql, steps[i].changes);
        free(last);
    }
    assert_snapshot("SELECT count(DISTINCT id) = count(*) AND min(length(id)) = 13 FROM change",
                    "1");
}

static void test_changes_of_articles(void **state)
{
    (void)state;
    publish_three();
    write_text("questions/03-new.md",
               "title: Новый\nnumber: 3\nshort: Да.\nupdated: 2026-11-21\naloud: Раз. / Два.\n"
               "sources: s\nsymptom: child\n\nТекст.\n");
    write_text("questions/02-two.md", "title: Второй\nnumber: 2\nshort: Ответ.\nupdated: "
                                      "2026-11-21\nsources: s\nsymptom: child\naloud: Раз. / Два.\n"
                                      "retired: 2026-11-22\nreplaced_by: q/3\n\nТретий текст.\n");
    publish_at(300);
    assert_snapshot("SELECT group_concat(change || ' ' || article || ' ' || revision, '; ') FROM"
                    " (SELECT * FROM change ORDER BY number)",
                    "changed q/2 2; changed q/2 3; removed q/2 4; added q/3 1");
}

/* --- crashes --- */

/* The archive was committed, and the snapshot was not swapped in: a publisher died in between. */
static void test_crash_between_the_two(void **state)
{
    (void)state;
    publish_at(0);
    write_text("questions/02-two.md", QUESTION("Второй текст, и [ссылка](/q/1)."));
    shell("cp '%s/state/directory.db' '%s/old.db'", folder, folder);
    publish_at(100);
    shell("cp '%s/old.db' '%s/state/directory.db'", folder, folder);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "1");
    publish_at(200);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "2");
    assert_archive("SELECT count(*) FROM revision WHERE article = 'q/2'", "2");
    /* the time is that of the first try */
    assert_snapshot("SELECT until FROM revision WHERE article = 'q/2'", "2023-11-14T22:15:00Z");
}

/* A snapshot that cannot be built leaves no trace in the archive. */
static void test_failed_build_records_nothing(void **state)
{
    char *before;

    (void)state;
    publish_at(0);
    before = ask_file("state/history.db", "SELECT count(*) FROM entry");
    write_text("questions/02-two.md", QUESTION("Второй."));
    shell("mkdir -p '%s/state/directory.db.new/x'", folder);
    assert_int_equal(publish(NULL), ERR_SYSTEM);
    assert_archive("SELECT count(*) FROM entry", before);
    shell("rm -r '%s/state/directory.db.new'", folder);
    free(before);
}

/* Kills publishers at all times: afterwards the archive is whole, and its revisions have no gap. */
static void test_kills(void **state)
{
    enum { ROUNDS = 40 };
    long whole = time_publish();
    int killed = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        char text[200];
        int status = 0;
        pid_t child;

        snprintf(text, sizeof text, QUESTION("Текст %d."), round);
        write_text("questions/02-two.md", text);
        child = fork();
        if (child == 0) {
            _exit(freopen("/dev/null", "w", stderr) != NULL && publish(NULL) == ERR_NONE ? 0 : 1);
        }
        assert_true(child > 0);
        usleep((useconds_t)(whole * ((round * 37) % ROUNDS) * 2 / ROUNDS));
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        killed += WIFSIGNALED(status);
        if (WIFEXITED(status))
            assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_int_equal(publish(NULL), ERR_NONE);
    assert_archive("SELECT count(*) = max(number) AND count(*) > 1 FROM revision"
                   " WHERE article = 'q/2'",
                   "1");
    assert_snapshot("SELECT text FROM article WHERE id = 'q/2'", "Текст 39.");
    print_message("killed %d of %d publishers\n", killed, ROUNDS);
    assert_true(killed > 0);
}

/* --- damage --- */

static void test_damage_is_refused(void **state)
{
    static const char *const damages[] = {
        "UPDATE revision SET source = replace(source, 'Второй', 'Чужой')",
        "UPDATE revision SET title = 'Другой' WHERE number = 2",
        "UPDATE entry SET published = '2020-01-01T00:00:00Z' WHERE number = 1",
        "UPDATE entry SET baseline = 0 WHERE number = 2",
        "UPDATE address SET url = 'https://evil.example/' WHERE subject = 'login'",
        "UPDATE address SET via = NULL WHERE subject = 'login'",
        "DELETE FROM revision WHERE article = 'q/2' AND number = 2",
        "DELETE FROM entry WHERE number = 3",
        "DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 7",
        "DROP TABLE address",
    };
    char *snapshot;
    struct stat before, after;

    (void)state;
    publish_three();
    shell("cp '%s/state/history.db' '%s/good.db'", folder, folder);
    snapshot = path_of("state/directory.db");
    assert_int_equal(stat(snapshot, &before), 0);
    write_text("questions/02-two.md", QUESTION("Четвёртый."));
    for (size_t i = 0; i < COUNT(damages); i++) {
        char sql[400];

        snprintf(sql, sizeof sql,
                 "PRAGMA foreign_keys = OFF; DROP TRIGGER entry_update; DROP TRIGGER entry_delete;"
                 "DROP TRIGGER revision_update; DROP TRIGGER revision_delete;"
                 "DROP TRIGGER address_update; %s",
                 damages[i]);
        tamper(sql);
        if (publish(NULL) != ERR_DATABASE)
            fail_msg("not noticed: %s", damages[i]);
        shell("cp '%s/good.db' '%s/state/history.db'", folder, folder);
    }
    /* bytes of the file itself */
    shell("printf 'garbage' | dd of='%s/state/history.db' bs=1 seek=4096 conv=notrunc status=none",
          folder);
    assert_int_equal(publish(NULL), ERR_DATABASE);
    shell("echo garbage >'%s/state/history.db'", folder);
    assert_int_equal(publish(NULL), ERR_DATABASE);
    /* the snapshot is the one of before, and with the good copy back it goes on */
    assert_int_equal(stat(snapshot, &after), 0);
    assert_true(before.st_ino == after.st_ino && before.st_size == after.st_size);
    shell("cp '%s/good.db' '%s/state/history.db'", folder, folder);
    publish_at(300);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "4");
    free(snapshot);
}

/* A chain that is whole and yet not the one that the snapshot was made with. */
static void test_older_or_lost_archive_is_refused(void **state)
{
    (void)state;
    publish_at(0);
    shell("cp '%s/state/history.db' '%s/older.db'", folder, folder);
    write_text("questions/02-two.md", QUESTION("Второй."));
    publish_at(100);
    shell("cp '%s/state/history.db' '%s/newest.db'", folder, folder);
    shell("cp '%s/older.db' '%s/state/history.db'", folder, folder);
    assert_int_equal(publish(NULL), ERR_DATABASE);
    shell(": >'%s/state/history.db'", folder);
    assert_int_equal(publish(NULL), ERR_DATABASE);
    shell("rm '%s/state/history.db'", folder);
    assert_int_equal(publish(NULL), ERR_DATABASE);
    /* both ways out: the newest copy, or a new beginning */
    shell("cp '%s/newest.db' '%s/state/history.db'", folder, folder);
    assert_int_equal(publish(NULL), ERR_NONE);
    shell("rm '%s'/state/*.db", folder);
    assert_int_equal(publish(NULL), ERR_NONE);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "1");
}

/* A snapshot of before there were archives: its numbers go on. */
static void test_snapshot_without_archive(void **state)
{
    sqlite3 *db = NULL;
    char *path = path_of("state/directory.db");

    (void)state;
    publish_three();
    shell("rm '%s/state/history.db'", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE meta SET value = '1' WHERE key = 'schema';"
                                  "DELETE FROM meta WHERE key IN ('history', 'began')",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    publish_at(300);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "3");
    assert_snapshot("SELECT count(*) FROM change", "0");
    write_text("questions/02-two.md", QUESTION("Четвёртый."));
    publish_at(400);
    assert_snapshot("SELECT revision FROM article WHERE id = 'q/2'", "4");
    assert_snapshot("SELECT group_concat(number) FROM revision WHERE article = 'q/2'", "3");
    free(path);
}

static void test_archive_is_append_only(void **state)
{
    static const char *const refused[] = {"UPDATE entry SET baseline = 0",   "DELETE FROM entry",
                                          "UPDATE revision SET title = 'x'", "DELETE FROM revision",
                                          "UPDATE address SET url = 'x'",    "DELETE FROM address"};
    sqlite3 *db = NULL;
    char *path = path_of("state/history.db");

    (void)state;
    publish_at(0);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_int_equal(sqlite3_exec(db, refused[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    sqlite3_close(db);
    free(path);
}

/* --- differences and their safety --- */

static void test_differences(void **state)
{
    static const struct {
        const char *before, *after; /* bodies */
        const char *html;           /* without the short answer's paragraph */
    } cases[] = {
        {"Раз два три.", "Раз два три.", "<p>Раз два три.</p>\n"},
        {"Раз два три четыре.", "Раз пять шесть четыре.",
         "<p>Раз <del>два три</del> <ins>пять шесть</ins> четыре.</p>\n"},
        /* marks never stand between a list and its items */
        {"- раз\n- два", "- раз\n- два\n- три",
         "<ul>\n<li>раз</li>\n<li>два</li>\n<li><ins>три</ins></li>\n</ul>\n"},
        /* text that looks like HTML or like our marks stays text */
        {"Раз `<ins>` &lt;/del&gt; \\<b\\> два.", "Раз `<ins>` &lt;/del&gt; \\<b\\> пять.",
         "<p>Раз <code>&lt;ins&gt;</code> &lt;/del&gt; &lt;b&gt; "
         "<del>два.</del> <ins>пять.</ins></p>\n"},
        /* Markdown is read here as it is read everywhere */
        {"ivan_petrov@a.ru, anna_ivanova@a.ru", "ivan_petrov@a.ru, anna_ivanova@a.ru",
         "<p>ivan_petrov@a.ru, anna_ivanova@a.ru</p>\n"},
        {"Нужно:\n- раз", "Нужно:\n- раз", "<p>Нужно:</p>\n<ul>\n<li>раз</li>\n</ul>\n"},
        /* a figure and a slot are no part of the text */
        {"Раз.\n\n![вот](figure:a-1)\n\n[адрес](vhod:address)", "Раз.", "<p>Раз.</p>\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct article_difference difference = {.html = NULL};
        char before[400], after[400], expected[500];
        const char *html;

        snprintf(before, sizeof before, "short: Да.\n\n%s\n", cases[i].before);
        snprintf(after, sizeof after, "short: Да.\n\n%s\n", cases[i].after);
        snprintf(expected, sizeof expected, "<p>Да.</p>\n%s", cases[i].html);
        assert_int_equal(article_difference_make(&difference, before, after, true), ERR_NONE);
        assert_non_null(difference.html);
        html = difference.html + strspn(difference.html, "\n");
        assert_string_equal(html, expected);
        article_difference_free(&difference);
    }
}

/* A title is part of the comparison where it is another one. */
static void test_title_in_difference(void **state)
{
    struct article_difference difference = {.html = NULL};

    (void)state;
    assert_int_equal(article_difference_make(&difference,
                                             "title: Раз *два*\nshort: Да.\n\nТекст.\n",
                                             "title: Раз *три*\nshort: Да.\n\nТекст.\n", true),
                     ERR_NONE);
    assert_non_null(
        strstr(difference.html, "<p><strong>Раз <del>*два*</del> <ins>*три*</ins></strong></p>"));
    assert_int_equal(difference.added, 1);
    article_difference_free(&difference);
}

/* Every sign of a short answer means itself: it is no Markdown. */
static void test_short_answer_is_plain(void **state)
{
    const char text[] = "short: 1. *a* _b_ `c` [d](e) ![f](g) <h> &amp; #i +j -k ~l~ ^m^ ==n== $o$ "
                        "\\p |q| {r} \"s\" 't' (u) !v :w:\n\nТекст.\n";
    struct article_difference difference = {.html = NULL};

    (void)state;
    assert_int_equal(article_difference_make(&difference, text, text, true), ERR_NONE);
    assert_non_null(strstr(difference.html,
                           "<p>1. *a* _b_ `c` [d](e) ![f](g) &lt;h&gt; &amp;amp; #i +j -k ~l~ ^m^ "
                           "==n== $o$ \\p |q| {r} "));
    article_difference_free(&difference);
}

/* A text of before there were parts: other keys, a step that said in its text for whom it is, a
 * line that only looks like the metadata of a part. */
static void test_text_of_before_parts(void **state)
{
    static const char source[] =
        "title: Шаги\nshort: Да.\nupdated: 2026-11-21\nsource: 003\nminutes: 5\nposition: 1\n\n"
        "Начало.\n\n## Откройте\nhint: да\n\n[вход](vhod:both)\n\n## Закройте\n\nВсё.\n";
    struct article_past past = {.html = NULL};

    (void)state;
    assert_int_equal(article_past_load(&past, source, false), ERR_NONE);
    assert_string_equal(past.html, "<p>Начало.</p>\n<h2>Откройте</h2>\n<p>hint: да</p>\n"
                                   "<h2>Закройте</h2>\n<p>Всё.</p>\n");
    assert_string_equal(past.head.values[HEAD_SHORT].text, "Да.");
    assert_string_equal(past.head.values[HEAD_MINUTES].text, "5");
    article_past_free(&past);
}

/* What passed the rules of another day is not sent if it could harm. */
static void test_old_text_that_is_not_safe(void **state)
{
    static const char *const bodies[] = {
        "[x](javascript:alert%281%29)", "![x](https://evil.example/x.png)", "[x](//evil.example/)",
        "[x](data:text/html,x)",        "[x](http://plain.example/)",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct article_past past = {.html = NULL};
        struct article_difference difference = {.html = NULL};
        char source[200];

        snprintf(source, sizeof source, "short: Да.\n\nРаз %s.\n", bodies[i]);
        assert_int_equal(article_past_load(&past, source, true), ERR_NONE);
        assert_string_equal(past.html, "");
        assert_non_null(strstr(past.text, "Раз"));
        assert_int_equal(article_difference_make(&difference, source, "short: Да.\n\nРаз.\n", true),
                         ERR_NONE);
        if (difference.html != NULL)
            assert_null(strstr(difference.html, bodies[i] + strcspn(bodies[i], "(")));
        article_past_free(&past);
        article_difference_free(&difference);
    }
}

static void test_markup(void **state)
{
    static const struct {
        const char *html;
        bool safe;
    } cases[] = {
        {"", true},
        {"text &lt; &amp;", true},
        {"<p>a<br/>b<br>c<br />d</p>", true},
        {"<p>a<em />b</p>", false},
        {"<ol start=\"3\"><li><ins>a</ins></li></ol>", true},
        {"<a href=\"https://x.example/?a=1&amp;b\">x</a>", true},
        {"<a href=\"mailto:a@b.example\">x</a><a href=\"tel:+7\">y</a><a href=\"/q/7\">z</a>",
         true},
        {"<td style=\"text-align: left\">x</td>", true},
        {"<p>", false},
        {"</p>", false},
        {"<p><ins></p></ins>", false},
        {"<P>a</P>", false},
        {"<script>x</script>", false},
        {"<p onclick=\"x\">a</p>", false},
        {"<p class=x>a</p>", false},
        {"<a href=\"javascript:x\">x</a>", false},
        {"<a href=\"//evil.example\">x</a>", false},
        {"<a href=\"/\\evil.example\">x</a>", false},
        {"<a href=\"http://x.example/\">x</a>", false},
        {"<a href=\" /q\">x</a>", false},
        {"<a href='/q'>x</a>", false},
        {"<td style=\"text-align: left; position: fixed\">x</td>", false},
        {"<img src=\"/x\">", false},
        {"<!-- x -->", false},
        {"a > b", false},
        {"<", false},
        {"<p", false},
        {"<a href=\"/", false},
        {"</", false},
        {"<a href", false},
        {"<a href=", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (markup_is_safe(cases[i].html) != cases[i].safe)
            fail_msg("%s", cases[i].html);
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, forget_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_damage_is_refused),
        IN_FOLDER(test_older_or_lost_archive_is_refused),
        IN_FOLDER(test_archive_is_append_only),
        IN_FOLDER(test_crash_between_the_two),
        IN_FOLDER(test_failed_build_records_nothing),
        IN_FOLDER(test_kills),
        IN_FOLDER(test_snapshot_lost),
        IN_FOLDER(test_archive_remembers_what_was_published),
        IN_FOLDER(test_snapshot_without_archive),
        IN_FOLDER(test_three_revisions),
        IN_FOLDER(test_same_again_is_nothing_new),
        IN_FOLDER(test_back_to_an_old_text),
        IN_FOLDER(test_guide_is_kept_whole),
        IN_FOLDER(test_parts_are_kept),
        IN_FOLDER(test_first_publish_is_no_change),
        IN_FOLDER(test_changes_of_addresses),
        IN_FOLDER(test_changes_of_articles),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_title_in_difference),
        cmocka_unit_test(test_short_answer_is_plain),
        cmocka_unit_test(test_text_of_before_parts),
        cmocka_unit_test(test_old_text_that_is_not_safe),
        cmocka_unit_test(test_markup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
