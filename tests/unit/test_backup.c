/*
 * test_backup.c: a backup's file: what is packed comes out again, byte by byte; each damage and
 * each stranger is refused; renames that are done together are taken back together. Whole sites are
 * saved and restored by tests/web/backup.test.js.
 */
#include "backup/copy.h"
#include "backup/moves.h"
#include "backup/pack.h"
#include "base/file.h"
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MADE "2026-11-26T01:55:00Z"

static int saved_stderr = -1;

/* Each test has a folder of its own, and the log of what is meant to fail goes nowhere. */
static int enter(void **state)
{
    char *folder = strdup("/tmp/vhod-test-backup-XXXXXX");
    int null = open("/dev/null", O_WRONLY);

    if (folder == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0 || mkdir("out", 0755) != 0)
        return -1;
    saved_stderr = dup(STDERR_FILENO);
    dup2(null, STDERR_FILENO);
    close(null);
    *state = folder;
    return 0;
}

static int leave(void **state)
{
    char command[100];
    int status;

    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    if (chdir("/") != 0)
        return -1;
    snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    status = system(command);
    free(*state);
    return status;
}

static void put(const char *path, const char *text)
{
    assert_int_equal(file_replace(path, text, strlen(text)), ERR_NONE);
}

static void assert_file(const char *path, const char *text)
{
    struct buffer bytes = BUFFER_INIT;

    assert_int_equal(file_read(&bytes, path, 1 << 20), ERR_NONE);
    assert_string_equal(buffer_text(&bytes), text);
    buffer_free(&bytes);
}

/* --- packing --- */

static enum err add(struct pack *pack, const char *name, const char *text, int64_t size)
{
    enum err err;
    int fd;

    put("source", text);
    fd = open("source", O_RDONLY);
    err = pack_add(pack, name, fd, size, 0640);
    close(fd);
    return err;
}

static const struct {
    const char *name, *text;
} samples[] = {
    {"state/history.db", "what was"}, {"content/a/b.md", "title: б\n"}, {"content/c", ""}};

#define SAMPLES (sizeof samples / sizeof *samples)

static void pack_samples(const char *path)
{
    const struct manifest *manifest;
    struct pack *pack;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(pack_open(&pack, fd, MADE), ERR_NONE);
    for (size_t i = 0; i < SAMPLES; i++)
        assert_int_equal(
            add(pack, samples[i].name, samples[i].text, (int64_t)strlen(samples[i].text)),
            ERR_NONE);
    assert_int_equal(pack_finish(pack, &manifest), ERR_NONE);
    assert_int_equal(manifest->files, SAMPLES);
    pack_free(pack);
    close(fd);
}

/* "state/history.db" becomes "out/state_history.db". */
static char *place_flat(void *context, const char *name)
{
    char *path;

    (void)context;
    if (strncmp(name, "state/", 6) != 0 && strncmp(name, "content/", 8) != 0)
        return NULL;
    assert_true(asprintf(&path, "out/%s", name) > 0);
    for (char *at = path + 4; *at != '\0'; at++)
        if (*at == '/')
            *at = '_';
    return path;
}

/* Whatever was unpacked before. */
static void clear(void)
{
    struct file_names names;

    assert_int_equal(file_names(&names, "out", ""), ERR_NONE);
    for (size_t i = 0; i < names.count; i++) {
        char *path = file_path("out", names.names[i], NULL);

        assert_int_equal(unlink(path), 0);
        free(path);
    }
    file_names_free(&names);
}

static enum err unpack(const char *path, char made[static 21])
{
    long files;
    enum err err;
    int fd;

    clear();
    fd = open(path, O_RDONLY);
    err = pack_read(fd, place_flat, NULL, made, &files);
    close(fd);
    return err;
}

static void assert_samples(void)
{
    assert_file("out/state_history.db", samples[0].text);
    assert_file("out/content_a_b.md", samples[1].text);
    assert_file("out/content_c", "");
}

static void comes_out_again(void **state)
{
    char made[21];
    struct stat status;

    (void)state;
    pack_samples("backup");
    assert_int_equal(unpack("backup", made), ERR_NONE);
    assert_string_equal(made, MADE);
    assert_samples();
    assert_int_equal(stat("out/state_history.db", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

/* One bit of each byte in turn: it is refused, or it did not matter (a date in a head). */
static void each_damaged_byte(void **state)
{
    struct buffer whole = BUFFER_INIT;
    long refused = 0;

    (void)state;
    pack_samples("backup");
    assert_int_equal(file_read(&whole, "backup", 1 << 20), ERR_NONE);
    for (size_t at = 0; at < whole.len; at++) {
        char made[21];
        enum err err;

        whole.data[at] ^= (char)(1 << at % 8);
        assert_int_equal(file_replace("damaged", whole.data, whole.len), ERR_NONE);
        whole.data[at] ^= (char)(1 << at % 8);
        err = unpack("damaged", made);
        assert_true(err == ERR_NONE || err == ERR_INVALID);
        if (err == ERR_NONE) {
            assert_samples();
            assert_string_equal(made, MADE);
        }
        refused += err == ERR_INVALID;
    }
    assert_true(refused > (long)whole.len / 2);
    buffer_free(&whole);
}

static void each_truncation(void **state)
{
    struct buffer whole = BUFFER_INIT;

    (void)state;
    pack_samples("backup");
    assert_int_equal(file_read(&whole, "backup", 1 << 20), ERR_NONE);
    /* The last bytes are gzip's sum of all, and the zeros behind the last file. */
    for (size_t len = 0; len + 20 < whole.len; len++) {
        char made[21];
        enum err err;

        assert_int_equal(file_replace("cut", whole.data, len), ERR_NONE);
        err = unpack("cut", made);
        if (err == ERR_NONE)
            assert_samples();
        else
            assert_int_equal(err, ERR_INVALID);
        if (len < whole.len / 2)
            assert_int_equal(err, ERR_INVALID);
    }
    buffer_free(&whole);
}

static void what_cannot_be_packed(void **state)
{
    static const char *const names[] = {"",        "/etc/passwd",   "../up", "a/../b",
                                        ".hidden", "a/.git/config", "a/",    "a//b",
                                        "a\nb",    "a\x7f"};
    struct pack *pack;
    int fd = open("backup", O_RDWR | O_CREAT, 0600);

    (void)state;
    assert_int_equal(pack_open(&pack, fd, MADE), ERR_NONE);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(add(pack, names[i], "x", 1), ERR_INVALID);
    assert_int_equal(add(pack, "state/short", "x", 2), ERR_INVALID);
    pack_free(pack);
    close(fd);
}

/* --- what was not made here --- */

struct stranger {
    const char *what;
    const char *names[4];
    int type;         /* of the first; 0: a regular file */
    bool without_end; /* no manifest */
    bool end_first;
};

/* A tar archive of these names, and with a manifest that fits as far as one can. */
static void forge(const struct stranger *stranger)
{
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    struct manifest manifest = {.files = 0};
    struct buffer text = BUFFER_INIT;
    char digest[DIGEST_HEX_SIZE], none[DIGEST_HEX_SIZE];

    archive_write_set_format_pax(archive);
    archive_write_add_filter_gzip(archive);
    assert_int_equal(archive_write_open_filename(archive, "forged"), ARCHIVE_OK);
    manifest_begin(&manifest, MADE, "1");
    digest_hex("x", 1, digest);
    digest_hex("", 0, none);
    for (int i = 0; i < 4 && stranger->names[i] != NULL; i++) {
        const char *name = stranger->names[i];
        bool bare = i == 0 && stranger->type != 0; /* links and the like have no bytes */

        if (strncmp(name, PACK_FOLDER, strlen(PACK_FOLDER)) == 0)
            manifest_add(&manifest, name + strlen(PACK_FOLDER), bare ? 0 : 1, bare ? none : digest);
    }
    assert_int_equal(manifest_write(&manifest, &text), ERR_NONE);
    for (int i = stranger->end_first ? -1 : 0; i < 5; i++) {
        bool is_end = i < 0 || i == 4 || stranger->names[i] == NULL;

        if (is_end && i >= 0 && (stranger->without_end || stranger->end_first))
            break;
        archive_entry_clear(entry);
        archive_entry_set_pathname(entry, is_end ? PACK_FOLDER MANIFEST_NAME : stranger->names[i]);
        archive_entry_set_filetype(entry, i == 0 && stranger->type != 0 ? (unsigned)stranger->type
                                                                        : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        if (i == 0 && stranger->type == AE_IFLNK)
            archive_entry_set_symlink(entry, "/etc/passwd");
        else
            archive_entry_set_size(entry, is_end ? (int64_t)text.len : 1);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        archive_write_data(archive, is_end ? buffer_text(&text) : "x", is_end ? text.len : 1);
        if (is_end && i >= 0)
            break;
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    archive_entry_free(entry);
    manifest_free(&manifest);
    buffer_free(&text);
}

static void strangers_are_refused(void **state)
{
    static const struct stranger strangers[] = {
        {"a path upwards", {PACK_FOLDER "state/../../up"}, 0, false, false},
        {"an absolute path", {"/tmp/absolute"}, 0, false, false},
        {"another folder", {"elsewhere/state/a"}, 0, false, false},
        {"a place that there is not", {PACK_FOLDER "etc/passwd"}, 0, false, false},
        {"a hidden file", {PACK_FOLDER "content/.profile"}, 0, false, false},
        {"a symbolic link", {PACK_FOLDER "state/link"}, AE_IFLNK, false, false},
        {"a folder", {PACK_FOLDER "state/folder"}, AE_IFDIR, false, false},
        {"a device", {PACK_FOLDER "state/device"}, AE_IFCHR, false, false},
        {"a file twice", {PACK_FOLDER "state/a", PACK_FOLDER "state/a"}, 0, false, false},
        {"no end", {PACK_FOLDER "state/a"}, 0, true, false},
        {"a file behind the end", {PACK_FOLDER "state/a"}, 0, false, true},
    };
    const struct stranger fine = {
        "fine", {PACK_FOLDER "state/a", PACK_FOLDER "content/b"}, 0, false, false};
    char made[21];

    (void)state;
    forge(&fine);
    assert_int_equal(unpack("forged", made), ERR_NONE);
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        forge(&strangers[i]);
        if (unpack("forged", made) != ERR_INVALID)
            fail_msg("%s was taken", strangers[i].what);
    }
    assert_int_equal(access("/tmp/absolute", F_OK), -1);
    assert_int_equal(access("up", F_OK), -1);
    put("text", "This is no backup.\n");
    assert_int_equal(unpack("text", made), ERR_INVALID);
}

/* --- copies of databases --- */

static void execute(const char *path, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_damaged_database_is_not_copied(void **state)
{
    int fd;
    char junk[64];

    (void)state;
    memset(junk, 0xa5, sizeof junk);
    assert_int_equal(copy_database("none.db", "copy.db"), ERR_NOT_FOUND);
    execute("a.db", "CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                    "FROM n WHERE i < 2000) INSERT INTO t SELECT hex(randomblob(40)) FROM n;"
                    "CREATE INDEX i ON t (x)");
    assert_int_equal(copy_database("a.db", "copy.db"), ERR_NONE);
    execute("copy.db", "SELECT * FROM t");
    fd = open("a.db", O_WRONLY);
    for (off_t at = 8192; at < 65536; at += 4096)
        assert_int_equal(pwrite(fd, junk, sizeof junk, at), (ssize_t)sizeof junk);
    close(fd);
    unlink("copy.db");
    assert_int_equal(copy_database("a.db", "copy.db"), ERR_DATABASE);
    put("text.db", "This is no database, but it is long enough to be looked at as if it were one. "
                   "There has to be a hundred bytes of it.");
    unlink("copy.db");
    assert_int_equal(copy_database("text.db", "copy.db"), ERR_DATABASE);
}

/* --- renames --- */

static void moves_are_done_together(void **state)
{
    struct moves moves = {.list = NULL};

    (void)state;
    put("a", "old a");
    put("new-a", "new a");
    put("b", "old b");
    assert_int_equal(moves_add(&moves, "a", "a.aside"), ERR_NONE);
    assert_int_equal(moves_add(&moves, "new-a", "a"), ERR_NONE);
    assert_int_equal(moves_add(&moves, "not-there", "c"), ERR_NONE);
    assert_int_equal(moves_add(&moves, "b", "b.aside"), ERR_NONE);
    assert_int_equal(moves_do(&moves), ERR_NONE);
    moves_free(&moves);
    assert_file("a", "new a");
    assert_file("a.aside", "old a");
    assert_file("b.aside", "old b");
    assert_int_equal(access("c", F_OK), -1);
}

static void moves_are_taken_back_together(void **state)
{
    static const char *const impossible[] = {"full", "no-such-folder/b"};

    (void)state;
    put("a", "old a");
    put("new-a", "new a");
    put("b", "old b");
    assert_int_equal(mkdir("full", 0755), 0);
    put("full/x", "in the way");
    assert_int_equal(mkdir("folder", 0755), 0);
    for (size_t i = 0; i < 2; i++) {
        struct moves moves = {.list = NULL};

        assert_int_equal(moves_add(&moves, "a", "a.aside"), ERR_NONE);
        assert_int_equal(moves_add(&moves, "new-a", "a"), ERR_NONE);
        assert_int_equal(moves_add(&moves, "not-there", "c"), ERR_NONE);
        assert_int_equal(moves_add(&moves, "folder", impossible[i]), ERR_NONE);
        assert_int_equal(moves_add(&moves, "b", "b.aside"), ERR_NONE);
        assert_int_equal(moves_do(&moves), ERR_SYSTEM);
        moves_free(&moves);
        assert_file("a", "old a");
        assert_file("new-a", "new a");
        assert_file("b", "old b");
        assert_int_equal(access("a.aside", F_OK), -1);
    }
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(comes_out_again),         IN_FOLDER(each_damaged_byte),
        IN_FOLDER(each_truncation),         IN_FOLDER(what_cannot_be_packed),
        IN_FOLDER(strangers_are_refused),   IN_FOLDER(a_damaged_database_is_not_copied),
        IN_FOLDER(moves_are_done_together), IN_FOLDER(moves_are_taken_back_together),
    };

    return cmocka_run_group_tests_name("backup", tests, NULL, NULL);
}
