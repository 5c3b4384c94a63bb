/*
 * test_repository.c: what is committed comes out again, with who, when and why; what others did in
 * between is theirs; nothing of a killed process stays locked; an owner's own repository stays his.
 */
#include "base/file.h"
#include "content/repository.h"

#include <setjmp.h>
#include <signal.h>
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

static char root[64];

static void put(const char *path, const char *text)
{
    char folder[200];

    snprintf(folder, sizeof folder, "%s", path);
    if (strrchr(folder, '/') != NULL) {
        *strrchr(folder, '/') = '\0';
        assert_int_equal(file_make_folder(folder), ERR_NONE);
    }
    assert_int_equal(file_replace(path, text, strlen(text)), ERR_NONE);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/vhod-repository-XXXXXX");
    if (mkdtemp(root) == NULL || chdir(root) != 0)
        return -1;
    mkdir("state", 0755);
    put("data/regions/RU-ALT.ini", "[region]\nname = Алтайский край\n");
    put("data/questions/07-back.md", "title: Вопрос\n");
    put("data/vhod.ini", "[tally]\nstore = postgresql://vhod:secret@/vhod\n");
    put("data/.hidden", "x");
    return 0;
}

static int tear_down(void **state)
{
    char command[100];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", root);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static struct repository *open_it(void)
{
    struct repository *repository;

    assert_int_equal(repository_open(&repository, "data", "state", "vhod.example"), ERR_NONE);
    return repository;
}

static bool commit(struct repository *repository, const char *who, const char *message)
{
    bool made;

    assert_int_equal(repository_commit(repository, who, message, &made), ERR_NONE);
    return made;
}

/* --- the log as a text: "who: message" lines --- */

static char told[2000];

static bool tell(void *context, const struct repository_entry *entry)
{
    size_t len = strlen(told);

    snprintf(told + len, sizeof told - len, "%s: %s", entry->who, entry->message);
    assert_true(entry->when > 1700000000);
    if (context != NULL)
        snprintf(context, REPOSITORY_ID_SIZE, "%s", entry->id);
    return true;
}

static const char *log_of(struct repository *repository, const char *path, const char *until)
{
    told[0] = '\0';
    assert_int_equal(repository_log(repository, path, until, tell, NULL), ERR_NONE);
    return told;
}

static void assert_read(struct repository *repository, const char *id, const char *path,
                        const char *text)
{
    struct buffer out = BUFFER_INIT;

    assert_int_equal(repository_read(repository, id, path, &out), ERR_NONE);
    assert_string_equal(buffer_text(&out), text);
    buffer_free(&out);
}

/* --- tests --- */

static void changes_have_their_authors(void **state)
{
    struct repository *repository = open_it();
    char first[REPOSITORY_ID_SIZE], second[REPOSITORY_ID_SIZE], id[REPOSITORY_ID_SIZE];

    (void)state;
    assert_int_equal(repository_newest(repository, id), ERR_NONE);
    assert_string_equal(id, "");
    assert_string_equal(log_of(repository, NULL, NULL), "");
    assert_true(commit(repository, "", "как было\n"));
    assert_int_equal(repository_newest(repository, first), ERR_NONE);
    assert_false(commit(repository, "ольга", "ничего\n"));

    put("data/regions/RU-ALT.ini", "[region]\nname = Алтай\n");
    put("data/figures/окно.svg", "<svg/>\n");
    assert_true(commit(repository, "ольга", "Алтайский край: название\n\nпочему\n"));
    assert_int_equal(repository_newest(repository, second), ERR_NONE);
    assert_int_equal(unlink("data/questions/07-back.md"), 0);
    assert_true(commit(repository, "O'Brien <x@y>", "вопрос 7 убран\n"));
    repository_free(repository);

    repository = open_it();
    assert_string_equal(log_of(repository, NULL, NULL),
                        "O'Brien x@y: вопрос 7 убран\n"
                        "ольга: Алтайский край: название\n\nпочему\n"
                        ": как было\n");
    assert_string_equal(log_of(repository, "questions/07-back.md", NULL),
                        "O'Brien x@y: вопрос 7 убран\n: как было\n");
    assert_string_equal(log_of(repository, "figures/окно.svg", NULL),
                        "ольга: Алтайский край: название\n\nпочему\n");
    assert_string_equal(log_of(repository, NULL, second), "O'Brien x@y: вопрос 7 убран\n");
    assert_string_equal(log_of(repository, "nothing", NULL), "");
    assert_read(repository, first, "regions/RU-ALT.ini", "[region]\nname = Алтайский край\n");
    assert_read(repository, second, "regions/RU-ALT.ini", "[region]\nname = Алтай\n");
    assert_read(repository, second, "questions/07-back.md", "title: Вопрос\n");
    repository_free(repository);
}

static void what_is_not_there_is_not_found(void **state)
{
    static const char *const ids[] = {"",
                                      "HEAD",
                                      "main",
                                      "0123456789",
                                      "0123456789012345678901234567890123456789",
                                      "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"};
    static const char *const paths[] = {"regions/RU-XXX.ini", "regions",  "",       "/",
                                        "../state/x",         "vhod.ini", ".hidden"};
    struct repository *repository = open_it();
    struct buffer out = BUFFER_INIT;
    char id[REPOSITORY_ID_SIZE];

    (void)state;
    assert_true(commit(repository, "", "как было\n"));
    assert_int_equal(repository_newest(repository, id), ERR_NONE);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_int_equal(repository_read(repository, ids[i], "regions/RU-ALT.ini", &out),
                         ERR_NOT_FOUND);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (repository_read(repository, id, paths[i], &out) != ERR_NOT_FOUND)
            fail_msg("\"%s\" is there", paths[i]);
    buffer_free(&out);
    repository_free(repository);
}

static void published_is_remembered(void **state)
{
    struct repository *repository = open_it();
    char id[REPOSITORY_ID_SIZE], published[REPOSITORY_ID_SIZE];

    (void)state;
    assert_int_equal(repository_published(repository, published), ERR_NONE);
    assert_string_equal(published, "");
    assert_int_equal(repository_mark_published(repository), ERR_SYSTEM); /* of nothing */
    for (int i = 0; i < 3; i++) {
        char text[20];

        snprintf(text, sizeof text, "%d\n", i);
        put("data/regions/RU-ALT.ini", text);
        assert_true(commit(repository, "", "раз\n"));
        assert_int_equal(repository_newest(repository, id), ERR_NONE);
        assert_int_equal(repository_mark_published(repository), ERR_NONE);
        assert_int_equal(repository_mark_published(repository), ERR_NONE);
        assert_int_equal(repository_published(repository, published), ERR_NONE);
        assert_string_equal(published, id);
        assert_string_equal(log_of(repository, NULL, published), "");
    }
    repository_free(repository);
}

/* A writer is killed at any moment, 40 times; the next one goes on as if nothing had been. */
static void a_killed_writer_locks_nothing(void **state)
{
    struct repository *repository;
    int status;

    (void)state;
    for (int i = 0; i < 40; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            for (int n = 0;; n++) {
                char text[40];

                snprintf(text, sizeof text, "%d %d\n", i, n);
                put("data/regions/RU-ALT.ini", text);
                repository = open_it();
                commit(repository, "ольга", "ещё\n");
                repository_mark_published(repository);
                repository_free(repository);
            }
        }
        usleep((useconds_t)(3000 + i * 700));
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        put("data/regions/RU-ALT.ini", "после\n");
        repository = open_it();
        (void)commit(repository, "игорь", "после\n");
        assert_int_equal(repository_mark_published(repository), ERR_NONE);
        assert_true(strlen(log_of(repository, NULL, NULL)) > 0);
        repository_free(repository);
    }
}

/* Where the content has a .git of its own, the same commits stand there, beside all else in it. */
static void an_owner_keeps_his_repository(void **state)
{
    struct repository *repository;

    (void)state;
    if (system("command -v git >/dev/null") != 0)
        skip();
    assert_int_equal(
        system("cd data && git init -q -b main && git config user.name o && git config "
               "user.email o@x && git add -A && git commit -qm begun"),
        0);
    repository = open_it();
    assert_false(commit(repository, "ольга", "ничего\n"));
    put("data/regions/RU-ALT.ini", "[region]\nname = Алтай\n");
    assert_true(commit(repository, "ольга", "название\n"));
    repository_free(repository);
    assert_int_equal(access("state/content.git", F_OK), -1);
    assert_int_equal(system("cd data && test -z \"$(git status --porcelain)\" && test \"$(git log "
                            "--format=%an%s -1)\" = ольганазвание && git show HEAD:.hidden "
                            ">/dev/null && git show HEAD:vhod.ini >/dev/null && git fsck --strict"),
                     0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(changes_have_their_authors),    TEST(what_is_not_there_is_not_found),
        TEST(published_is_remembered),       TEST(a_killed_writer_locks_nothing),
        TEST(an_owner_keeps_his_repository),
    };

    return cmocka_run_group_tests_name("repository", tests, NULL, NULL);
}
