/*
 * Tests of the last steps of a publish, with fsync(2) and rename(2) watched and made to fail: what
 * is renamed has reached the disk, and nothing that happens in between gets past.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "content_set.h"
#include "directory/snapshot.h"

/* What happened, one event a word: "sync:directory.db.new", "rename:directory.db". */
static char events[2000];
static const char *failing;    /* the event that fails, or NULL */
static const char *after;      /* and only after this one, or NULL */
static const char *journal_at; /* the event at which a foreign journal appears, or NULL */

static void note(const char *what, const char *path, char name[static 100])
{
    const char *slash = strrchr(path, '/');

    snprintf(name, 100, "%s:%s", what, slash != NULL ? slash + 1 : path);
    if (strlen(events) + strlen(name) + 2 < sizeof events)
        strcat(strcat(events, name), " ");
    if (journal_at != NULL && strcmp(journal_at, name) == 0)
        shell("touch '%s/state/directory.db-wal'", folder);
}

static bool fails(const char *name)
{
    return failing != NULL && strcmp(failing, name) == 0 &&
           (after == NULL || strstr(events, after) != NULL);
}

static int synced(int fd, long call)
{
    char link[64], path[200] = "", name[100];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof path - 1) < 0)
        return -1;
    note("sync", path, name);
    if (fails(name)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(call, fd);
}

/* These stand before the C library's, for SQLite too. */
int fsync(int fd)
{
    return synced(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return synced(fd, SYS_fdatasync);
}

int rename(const char *from, const char *to)
{
    char name[100];

    note("rename", to, name);
    if (fails(name)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

static void reset(void)
{
    events[0] = '\0';
    failing = NULL;
    after = NULL;
    journal_at = NULL;
}

/* Where an event stands among the others; fails the test if it is not there. */
static long at(const char *event)
{
    const char *found = strstr(events, event);

    if (found == NULL)
        fail_msg("%s did not happen: %s", event, events);
    return found - events;
}

/* The new file is on the disk before it gets its name, and so is the archive; the name after. */
static void test_order(void **state)
{
    (void)state;
    reset();
    assert_int_equal(publish(NULL), ERR_NONE);
    assert_true(at("sync:directory.db.new ") < at("rename:directory.db "));
    assert_true(at("sync:history.db ") < at("rename:directory.db "));
    assert_true(at("sync:.directory.db.good.") < at("rename:directory.db.good "));
    assert_non_null(strstr(events + at("rename:directory.db "), "sync:state "));
    assert_null(strstr(events + at("rename:directory.db "), "sync:directory.db"));
}

/* One event fails, the old snapshot stays, and the next publish is fine. */
static void refused(const char *event, enum err expected)
{
    char *before;

    write_good();
    reset();
    assert_int_equal(publish(NULL), ERR_NONE);
    before = ask_file("state/directory.db", "SELECT value FROM meta WHERE key = 'identity'");
    edit("questions/02-two.md", "Текст.", "Новый текст.");
    failing = event;
    assert_int_equal(publish(NULL), expected);
    assert_snapshot("SELECT value FROM meta WHERE key = 'identity'", before);
    assert_snapshot("SELECT text FROM article WHERE id = 'q/2'", "Текст.");
    shell("test ! -e '%s/state/directory.db.new'", folder);
    reset();
    assert_int_equal(publish(NULL), ERR_NONE);
    assert_snapshot("SELECT text FROM article WHERE id = 'q/2'", "Новый текст.");
    free(before);
}

static void test_failures(void **state)
{
    (void)state;
    refused("sync:directory.db.new", ERR_SYSTEM);
    refused("rename:directory.db", ERR_SYSTEM);
    refused("sync:history.db", ERR_DATABASE);
    refused("rename:directory.db" DIRECTORY_GOOD_SUFFIX, ERR_SYSTEM);
}

/* Once it has its name, it is the snapshot; that the name may be lost is said. */
static void test_folder_not_synced(void **state)
{
    (void)state;
    reset();
    assert_int_equal(publish(NULL), ERR_NONE);
    edit("questions/02-two.md", "Текст.", "Новый текст.");
    reset();
    failing = "sync:state";
    after = "rename:directory.db ";
    assert_int_equal(publish(NULL), ERR_SYSTEM);
    assert_snapshot("SELECT text FROM article WHERE id = 'q/2'", "Новый текст.");
    reset();
    assert_int_equal(publish(NULL), ERR_NONE);
}

/* A foreign journal that appears while the new file is being built. */
static void test_late_journal(void **state)
{
    (void)state;
    reset();
    assert_int_equal(publish(NULL), ERR_NONE);
    edit("questions/02-two.md", "Текст.", "Новый текст.");
    reset();
    journal_at = "sync:directory.db.new";
    assert_int_equal(publish(NULL), ERR_DATABASE);
    shell("test -e '%s/state/directory.db-wal' && rm '%s/state/directory.db-wal'", folder, folder);
    assert_snapshot("SELECT text FROM article WHERE id = 'q/2'", "Текст.");
    assert_null(strstr(events, "rename:directory.db "));
    shell("test ! -e '%s/state/directory.db.new'", folder);
    reset();
    assert_int_equal(publish(NULL), ERR_NONE);
    assert_snapshot("SELECT text FROM article WHERE id = 'q/2'", "Новый текст.");
}

/* Programs of other users read the snapshot, whatever the publisher's umask. */
static void test_umask(void **state)
{
    mode_t before = umask(027);
    char *path = path_of("state/directory.db");
    struct stat status;

    (void)state;
    reset();
    assert_int_equal(publish(NULL), ERR_NONE);
    umask(before);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    free(path);
    path = path_of("state/directory.db" DIRECTORY_GOOD_SUFFIX);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    free(path);
}

/* A clock of before the newest entry of the archive. */
static void test_clock_behind(void **state)
{
    (void)state;
    reset();
    setenv("VHOD_NOW", "1700000000", 1);
    assert_int_equal(publish(NULL), ERR_NONE);
    edit("questions/02-two.md", "Текст.", "Новый текст.");
    setenv("VHOD_NOW", "1480000000", 1);
    assert_int_equal(publish(NULL), ERR_SYSTEM);
    assert_snapshot("SELECT text FROM article WHERE id = 'q/2'", "Текст.");
    assert_file_answer("state/history.db", "SELECT max(published) FROM entry",
                       "2023-11-14T22:13:20Z");
    /* the same second will do */
    setenv("VHOD_NOW", "1700000000", 1);
    assert_int_equal(publish(NULL), ERR_NONE);
    unsetenv("VHOD_NOW");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_order),        IN_FOLDER(test_failures), IN_FOLDER(test_folder_not_synced),
        IN_FOLDER(test_late_journal), IN_FOLDER(test_umask),    IN_FOLDER(test_clock_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
