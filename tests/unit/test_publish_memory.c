/*
 * Every allocation that the Markdown library makes while something is published fails once, alone,
 * and some of them with all that follow: each time the right snapshot comes out, or none and a
 * failure that is told, with the snapshot and the archive of before left as they were. One failed
 * allocation used to publish a step without text.
 *
 * The sanitizers and valgrind bring their own malloc; under them this test is skipped.
 */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <stdio.h>

#include <cmark.h>

#include <cmocka.h>

#include "content_set.h"
#include "directory/fingerprint.h"
#include "search/stem.h"

#define REST_EACH 5 /* so many allocations apart, all that follow fail too: it takes its time */

static long fail_at;   /* the allocation that fails, from 1; 0: none */
static bool fail_rest; /* and all that follow */
static bool inside;    /* of the library */
static bool armed;

/* What a child tells its parent. */
static struct told {
    long attempts;
} * told;

#if !defined(__SANITIZE_ADDRESS__)

/* glibc's own names of its allocator. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static bool fails_now(void)
{
    if (!armed || !inside)
        return false;
    told->attempts++;
    if (fail_at == 0 || told->attempts < fail_at || (told->attempts > fail_at && !fail_rest))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails_now() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __libc_realloc(old, size);
}

#endif

/* Each stands before the library's function of its name, and notes that we are inside. */
#define REAL(name)                                                                                 \
    static __typeof__(name) *real;                                                                 \
                                                                                                   \
    if (real == NULL)                                                                              \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                                                 \
    inside = true

/* These may be left by a jump (content/tree.c): then what follows counts as the library's too. */
cmark_parser *cmark_parser_new_with_mem(int options, cmark_mem *mem)
{
    cmark_parser *made;

    REAL(cmark_parser_new_with_mem);
    made = real(options, mem);
    inside = false;
    return made;
}

void cmark_parser_feed(cmark_parser *parser, const char *text, size_t len)
{
    REAL(cmark_parser_feed);
    real(parser, text, len);
    inside = false;
}

cmark_node *cmark_parser_finish(cmark_parser *parser)
{
    cmark_node *made;

    REAL(cmark_parser_finish);
    made = real(parser);
    inside = false;
    return made;
}

char *cmark_render_html(cmark_node *root, int options)
{
    char *made;

    REAL(cmark_render_html);
    made = real(root, options);
    inside = false;
    return made;
}

/* --- what is on the disk --- */

/* The digest of a file's bytes. */
static void bytes_of(const char *name, char out[static DIGEST_HEX_SIZE])
{
    struct buffer bytes = BUFFER_INIT;
    char *path = path_of(name);

    assert_int_equal(file_read(&bytes, path, 1 << 24), ERR_NONE);
    digest_hex(bytes.data, bytes.len, out);
    buffer_free(&bytes);
    free(path);
}

/* The digests of the snapshot: of its content, and of everything in it. */
static void rows_of(char out[static DIGEST_HEX_SIZE], char whole[static DIGEST_HEX_SIZE])
{
    struct fingerprint print;
    sqlite3 *db = NULL;
    char *path = path_of("state/directory.db");

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(search_stem_register(db), ERR_NONE);
    assert_int_equal(fingerprint_read(&print, db), ERR_NONE);
    strcpy(out, print.identity);
    strcpy(whole, print.whole);
    sqlite3_close(db);
    free(path);
}

/* --- one publish after the other --- */

/* Publishes in a child; its wait status. */
static int publish_failing(long at, bool rest)
{
    int status = 0;
    pid_t child;

    told->attempts = 0;
    child = fork();
    if (child == 0) {
        enum err err;

        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(9);
        fail_at = at;
        fail_rest = rest;
        armed = true;
        err = publish(NULL);
        armed = false;
        _exit(err == ERR_NONE ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* What each publish must leave behind. */
struct expected {
    char old_bytes[DIGEST_HEX_SIZE], old_archive[DIGEST_HEX_SIZE];
    char content[DIGEST_HEX_SIZE], whole[DIGEST_HEX_SIZE]; /* of the right new snapshot */
};

struct score {
    long right, refused, crashed, wrong;
};

static void judge(struct score *score, const struct expected *expected, long at, bool rest)
{
    int status = publish_failing(at, rest);
    char first[DIGEST_HEX_SIZE], second[DIGEST_HEX_SIZE];
    bool fine;

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        rows_of(first, second);
        fine = strcmp(first, expected->content) == 0 && strcmp(second, expected->whole) == 0;
        score->right += fine;
        shell("cp '%s'/old/*.db '%s/state/'", folder, folder);
    } else {
        bytes_of("state/directory.db", first);
        bytes_of("state/history.db", second);
        fine =
            strcmp(first, expected->old_bytes) == 0 && strcmp(second, expected->old_archive) == 0;
        score->refused += fine && WIFEXITED(status);
        score->crashed += WIFSIGNALED(status);
    }
    if (!fine) {
        print_error("allocation %ld%s: %s\n", at, rest ? " and all after it" : "",
                    WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "a wrong snapshot"
                                                                  : "the old state is not kept");
        score->wrong++;
    }
}

/* An old snapshot with an archive, new content with every kind of text, and what it comes to. */
static long prepare(struct expected *expected)
{
    setenv("VHOD_NOW", "1700000000", 1);
    assert_int_equal(publish(NULL), ERR_NONE);
    shell("mkdir '%s/old' && cp '%s'/state/*.db '%s/old/'", folder, folder, folder);
    bytes_of("state/directory.db", expected->old_bytes);
    bytes_of("state/history.db", expected->old_archive);
    setenv("VHOD_NOW", "1700000100", 1);
    edit("questions/02-two.md", "Текст.",
         "Новый **текст**, [ссылка](/q/1).\n\n- раз\n- два\n\n1. три\n2. `код`\n\n> цитата\n\n"
         "### Ещё\n\n*Конец* &amp; всё.");
    assert_int_equal(publish_failing(0, false), 0);
    rows_of(expected->content, expected->whole);
    shell("cp '%s'/old/*.db '%s/state/'", folder, folder);
    return told->attempts;
}

static void test_markdown_memory(void **state)
{
    struct expected expected;
    struct score score = {0, 0, 0, 0};
    long count;

    (void)state;
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(told != MAP_FAILED);
    count = prepare(&expected);
    if (count == 0)
        skip();
    for (long at = 1; at <= count; at++) {
        judge(&score, &expected, at, false);
        if (at % REST_EACH == 1)
            judge(&score, &expected, at, true);
    }
    print_message("%ld allocations of the Markdown library: %ld publishes right, %ld refused, %ld "
                  "crashed, %ld wrong\n",
                  count, score.right, score.refused, score.crashed, score.wrong);
    assert_int_equal(score.wrong, 0);
    assert_int_equal(score.crashed, 0);
    assert_true(score.refused > 0);
    unsetenv("VHOD_NOW");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_markdown_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
