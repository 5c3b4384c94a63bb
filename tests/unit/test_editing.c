/*
 * test_editing.c: a change is checked, compared with what its author saw, on the disk and in the
 * history; or nothing happens. On a copy of the real content.
 */
#include "base/file.h"
#include "content/editing.h"
#include "content/rewrite.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define REGION "regions/RU-ALT.ini"

static char root[64], data[128], state[128];
static char host[] = "v.example";
static struct settings settings;

static int set_up(void **test_state)
{
    char command[400];

    (void)test_state;
    snprintf(root, sizeof root, "/tmp/vhod-editing-XXXXXX");
    if (mkdtemp(root) == NULL)
        return -1;
    snprintf(data, sizeof data, "%s/data", root);
    snprintf(state, sizeof state, "%s/state", root);
    snprintf(command, sizeof command, "cp -r data %s && mkdir %s", data, state);
    settings = (struct settings){.path_data = data, .path_state = state, .site_host = host};
    return system(command) == 0 ? 0 : -1;
}

static int tear_down(void **test_state)
{
    char command[100];

    (void)test_state;
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command) == 0 ? 0 : -1;
}

static struct editing *begin(void)
{
    struct editing *editing;

    assert_int_equal(editing_begin(&editing, &settings), ERR_NONE);
    return editing;
}

/* A file as it is, whole; the caller frees. */
static void read_file(const char *path, struct buffer *out)
{
    char name[300];

    snprintf(name, sizeof name, "%s/%s", data, path);
    assert_int_equal(file_read(out, name, EDITING_FILE_MAX), ERR_NONE);
}

static void write_file(const char *path, const char *text)
{
    char name[300];

    snprintf(name, sizeof name, "%s/%s", data, path);
    assert_int_equal(file_replace(name, text, strlen(text)), ERR_NONE);
}

static void assert_file(const char *path, const char *text)
{
    struct buffer now = BUFFER_INIT;

    read_file(path, &now);
    assert_string_equal(buffer_text(&now), text);
    buffer_free(&now);
}

/* The region's file with another note, and the digest of what it is now. */
static void draft(struct editing *editing, const char *note, struct buffer *out,
                  char seen[static DIGEST_HEX_SIZE])
{
    struct buffer now = BUFFER_INIT;

    assert_int_equal(editing_read(editing, REGION, &now, seen), ERR_NONE);
    assert_int_equal(rewrite_ini(out, buffer_text(&now), "region", "note", note), ERR_NONE);
    buffer_free(&now);
}

/* Newest commit as "who: message". */
static char newest[300];

static bool take_newest(void *context, const struct repository_entry *entry)
{
    int *count = context;

    if ((*count)++ == 0)
        snprintf(newest, sizeof newest, "%s: %s", entry->who, entry->message);
    return true;
}

static int commits(struct editing *editing, const char *path)
{
    int count = 0;

    newest[0] = '\0';
    assert_int_equal(repository_log(editing_repository(editing), path, NULL, take_newest, &count),
                     ERR_NONE);
    return count;
}

static enum err make(struct editing *editing, const char *path, const char *text, const char *seen,
                     bool *made, size_t *found)
{
    const struct editing_change change = {path, text, seen, "ольга", "примечание\n"};
    struct faults *faults;
    enum err err;

    assert_int_equal(faults_new(&faults), ERR_NONE);
    err = editing_make(editing, &change, faults, made);
    *found = faults_count(faults);
    faults_free(faults);
    return err;
}

/* --- tests --- */

static void what_may_be_edited(void **test_state)
{
    static const char *const fine[] = {"regions/RU-ALT.ini",  "portals/epos.ini",
                                       "contacts/school.ini", "notices/a.ini",
                                       "guides/epos-link.md", "questions/07-thrown-back.md",
                                       "pages/about-us.md",   "figures/a.svg",
                                       "sources.tsv",         "logo.svg"};
    static const char *const bad[] = {"",
                                      "vhod.ini",
                                      "regions",
                                      "regions/",
                                      "regions/.ini",
                                      "regions/.x.ini",
                                      "regions/a.md",
                                      "regions/../vhod.ini",
                                      "../data/sources.tsv",
                                      "/etc/passwd.ini",
                                      "regions/a/b.ini",
                                      "nowhere/a.ini",
                                      ".tsv",
                                      "x.svg",
                                      "guides/a.ini",
                                      "content.git/config"};

    (void)test_state;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        if (!editing_may(fine[i]))
            fail_msg("%s may not", fine[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (editing_may(bad[i]))
            fail_msg("\"%s\" may", bad[i]);
}

static void a_change_has_its_author(void **test_state)
{
    struct editing *editing = begin();
    struct buffer text = BUFFER_INIT;
    char seen[DIGEST_HEX_SIZE];
    bool made;
    size_t found;

    (void)test_state;
    assert_int_equal(commits(editing, REGION), 1); /* how it was, by hand */
    draft(editing, "Другое примечание.", &text, seen);
    assert_int_equal(make(editing, REGION, buffer_text(&text), seen, &made, &found), ERR_NONE);
    assert_true(made);
    assert_file(REGION, buffer_text(&text));
    assert_int_equal(commits(editing, REGION), 2);
    assert_string_equal(newest, "ольга: примечание\n");
    /* Once more: nothing to do, whatever was seen. */
    assert_int_equal(make(editing, REGION, buffer_text(&text), seen, &made, &found), ERR_NONE);
    assert_false(made);
    assert_int_equal(commits(editing, NULL), 2);
    editing_end(editing);
    buffer_free(&text);
}

static void a_newer_change_is_not_overwritten(void **test_state)
{
    struct editing *editing = begin();
    struct buffer first = BUFFER_INIT, second = BUFFER_INIT;
    char seen[DIGEST_HEX_SIZE];
    bool made;
    size_t found;

    (void)test_state;
    draft(editing, "Первое.", &first, seen);
    draft(editing, "Второе.", &second, seen);
    assert_int_equal(make(editing, REGION, buffer_text(&first), seen, &made, &found), ERR_NONE);
    assert_int_equal(make(editing, REGION, buffer_text(&second), seen, &made, &found), ERR_BUSY);
    assert_false(made);
    assert_file(REGION, buffer_text(&first));
    assert_int_equal(make(editing, REGION, NULL, seen, &made, &found), ERR_BUSY);
    assert_int_equal(make(editing, "regions/RU-XYZ.ini", "[region]\n", seen, &made, &found),
                     ERR_BUSY); /* gone, where there was one */
    editing_end(editing);
    /* Somebody with a shell. */
    write_file(REGION, buffer_text(&second));
    editing = begin();
    assert_int_equal(commits(editing, REGION), 3);
    assert_string_equal(newest, ": by hand");
    editing_end(editing);
    buffer_free(&first);
    buffer_free(&second);
}

static void a_fault_changes_nothing(void **test_state)
{
    struct editing *editing = begin();
    struct buffer text = BUFFER_INIT, now = BUFFER_INIT;
    char seen[DIGEST_HEX_SIZE];
    bool made;
    size_t found;

    (void)test_state;
    read_file(REGION, &now);
    draft(editing, "**Жирное** примечание.", &text, seen);
    buffer_puts(&text, "[nosuch]\nkey = 1\n");
    assert_int_equal(make(editing, REGION, buffer_text(&text), seen, &made, &found), ERR_INVALID);
    assert_true(found > 0 && !made);
    assert_file(REGION, buffer_text(&now));
    assert_int_equal(make(editing, "vhod.ini", "x", "", &made, &found), ERR_LIMIT);
    /* A file that others name cannot go. */
    buffer_clear(&text);
    assert_int_equal(editing_read(editing, "contacts/school.ini", &text, seen), ERR_NONE);
    assert_int_equal(make(editing, "contacts/school.ini", NULL, seen, &made, &found), ERR_INVALID);
    assert_true(found > 1);
    assert_int_equal(commits(editing, NULL), 1);
    editing_end(editing);
    buffer_free(&text);
    buffer_free(&now);
}

/* What was wrong before in other files hinders nobody; what is wrong here can be mended in steps.
 */
static void faults_of_others_hinder_nobody(void **test_state)
{
    struct editing *editing;
    struct buffer text = BUFFER_INIT;
    char seen[DIGEST_HEX_SIZE];
    bool made;
    size_t found;

    (void)test_state;
    write_file("contacts/school.ini", "[contact]\nname = Школа\n");
    editing = begin();
    draft(editing, "Другое примечание.", &text, seen);
    assert_int_equal(make(editing, REGION, buffer_text(&text), seen, &made, &found), ERR_NONE);
    assert_true(made);
    buffer_clear(&text);
    assert_int_equal(editing_read(editing, "contacts/school.ini", &text, seen), ERR_NONE);
    buffer_puts(&text, "about = Учётные записи\n");
    assert_int_equal(make(editing, "contacts/school.ini", buffer_text(&text), seen, &made, &found),
                     ERR_NONE);
    assert_true(made);
    editing_end(editing);
    buffer_free(&text);
}

/* The second one waits until the first is done. It is begun before, for a child of its would hold
 * the first one's lock as well. */
static void one_at_a_time(void **test_state)
{
    struct editing *editing;
    int go[2], back[2], status;
    char byte = 0;
    pid_t pid;

    (void)test_state;
    assert_int_equal(pipe(go), 0);
    assert_int_equal(pipe(back), 0);
    pid = fork();
    if (pid == 0) {
        enum err err = ERR_SYSTEM;

        if (read(go[0], &byte, 1) == 1 && write(back[1], "b", 1) == 1)
            err = editing_begin(&editing, &settings);
        if (write(back[1], err == ERR_NONE ? "e" : "x", 1) != 1)
            _exit(9);
        editing_end(editing);
        _exit(0);
    }
    editing = begin();
    assert_int_equal(write(go[1], "g", 1), 1);
    assert_int_equal(read(back[0], &byte, 1), 1);
    assert_int_equal(byte, 'b');
    usleep(100000);
    assert_int_equal(waitpid(pid, &status, WNOHANG), 0); /* it waits */
    editing_end(editing);
    assert_int_equal(read(back[0], &byte, 1), 1);
    assert_int_equal(byte, 'e');
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    for (int i = 0; i < 2; i++) {
        close(go[i]);
        close(back[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_be_edited),    TEST(a_change_has_its_author),
        TEST(a_newer_change_is_not_overwritten), TEST(a_fault_changes_nothing),
        TEST(faults_of_others_hinder_nobody),    TEST(one_at_a_time),
    };

    return cmocka_run_group_tests_name("editing", tests, NULL, NULL);
}
