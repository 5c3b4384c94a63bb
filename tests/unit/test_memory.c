/*
 * test_memory.c: every function of base/ that allocates, with the first, the second, the third …
 * allocation failing until none does. Each time it must say so or give the right result, leave its
 * outputs as it promises, and leave no memory behind. utf8proc, libc and iniparser fail
 * alike.
 *
 * The sanitizers and valgrind bring their own malloc; under them there is nothing to take over and
 * this test is skipped.
 */
#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/settings.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/zone.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static long fail_at;  /* the allocation that fails, from 1; 0: none */
static long attempts; /* allocations since armed */
static long live;     /* allocated and not yet freed, while armed */
static bool armed;

#if !defined(__SANITIZE_ADDRESS__)

/* glibc's own names of its allocator. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *old);

static bool fails_now(void)
{
    if (!armed)
        return false;
    attempts++;
    if (attempts == fail_at)
        errno = ENOMEM;
    return attempts == fail_at;
}

static void *counted(void *made)
{
    if (armed && made != NULL)
        live++;
    return made;
}

void *malloc(size_t size)
{
    return fails_now() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
    if (fails_now())
        return NULL;
    return old == NULL ? counted(__libc_realloc(old, size)) : __libc_realloc(old, size);
}

void free(void *old)
{
    if (armed && old != NULL)
        live--;
    __libc_free(old);
}

#endif

/* A run says how it ended; on ERR_NONE it has checked its result. */
typedef enum err run_function(void);

/* Ends of a run that are right when memory runs out; a system call may be what found none. */
static bool is_fine(enum err err)
{
    return err == ERR_NONE || err == ERR_MEMORY || err == ERR_SYSTEM;
}

/* Not so under the sanitizers and valgrind, which bring their own allocator. */
static bool counts_allocations(void)
{
    char *text;

    attempts = 0;
    armed = true;
    text = file_path("a", "b", NULL);
    armed = false;
    free(text);
    return attempts > 0;
}

static void torture(run_function *run)
{
    long failed = 0;
    enum err err;
    int saved;
    int null;

    assert_int_equal(run(), ERR_NONE); /* what libc keeps for itself is allocated now */
    if (!counts_allocations())
        skip();
    saved = dup(STDERR_FILENO);
    null = open("/dev/null", O_WRONLY);
    for (long n = 1; n < 5000; n++) {
        fail_at = n;
        attempts = 0;
        live = 0;
        dup2(null, STDERR_FILENO);
        armed = true;
        err = run();
        armed = false;
        dup2(saved, STDERR_FILENO);
        if (!is_fine(err))
            fail_msg("allocation %ld: unexpected error %d", n, (int)err);
        if (live != 0)
            fail_msg("allocation %ld: %ld blocks left behind", n, live);
        failed += err != ERR_NONE;
        if (attempts < n)
            break;
    }
    close(saved);
    close(null);
    assert_int_equal(err, ERR_NONE); /* the last run had all the memory it asked for */
    assert_true(failed > 0);
}

static char folder[] = "/tmp/vhod-test-memory-XXXXXX";

static int enter(void **state)
{
    static const char text[] = "[site]\nurl=http://127.0.0.1:8080\nname=Вход\n[path]\nstate=../x\n";

    (void)state;
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    return file_replace("t.ini", text, strlen(text)) == ERR_NONE ? 0 : -1;
}

static int leave(void **state)
{
    char command[100];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir("/") != 0 ? -1 : system(command);
}

/* The text of a fold, or of a decoding, is all there or not there at all. */
static enum err run_fold(void)
{
    static const char text[] =
        "Санкт—Петербург, ОРЁЛ, Ёлка и ещё столько слов, чтобы буфер рос и рос";
    struct buffer b = BUFFER_INIT;
    enum err err = utf8_fold(&b, text, strlen(text));
    bool right = strncmp(buffer_text(&b), "санкт петербург, орел, елка и еще", 50) == 0;

    if (err != ERR_NONE)
        right = b.len == 0;
    buffer_free(&b);
    return right ? err : ERR__MAX;
}

static enum err run_url(void)
{
    struct buffer b = BUFFER_INIT;
    struct url url;
    enum err err = url_decode(&b, "%D0%92+%78", 10, true);

    if (err == ERR_NONE && strcmp(buffer_text(&b), "В x") != 0)
        err = ERR__MAX;
    if (err == ERR_NONE)
        err = url_parse(&url,
                        "https://A-rather-long-host-name-so-that-the-buffer-grows.Example.org:81/");
    if (err == ERR_NONE) {
        buffer_clear(&b);
        url_host(&b, &url);
        url_encode(&b, "a b", 3);
        buffer_printf(&b, "%s", "some more text of a length that a small buffer does not hold");
        buffer_add_html(&b, "<&>", 3);
        if (buffer_failed(&b))
            err = ERR_MEMORY;
    }
    buffer_free(&b);
    return err;
}

static enum err run_take(void)
{
    struct buffer b = BUFFER_INIT;
    char *text = buffer_take(&b);
    enum err err = text == NULL ? ERR_MEMORY : ERR_NONE;

    if ((text == NULL) != buffer_failed(&b))
        err = ERR__MAX;
    free(text);
    buffer_free(&b);
    return err;
}

static enum err run_files(void)
{
    struct file_names names = {NULL, 0};
    struct buffer b = BUFFER_INIT;
    char *path = file_path("a/b", "c", ".txt");
    enum err err = path == NULL ? ERR_MEMORY : file_make_folder("a/b");

    if (err == ERR_NONE)
        err = file_replace(path, "text", 4);
    if (err == ERR_NONE)
        err = file_read(&b, path, 10);
    if (err == ERR_NONE && strcmp(buffer_text(&b), "text") != 0)
        err = ERR__MAX;
    if (err == ERR_NONE)
        err = file_names(&names, "a/b", ".txt");
    if (err == ERR_NONE && names.count != 1)
        err = ERR__MAX;
    file_names_free(&names);
    buffer_free(&b);
    free(path);
    return err;
}

static enum err run_zone(void)
{
    struct zone *zone;
    enum err err = zone_load(&zone, "Europe/Berlin");

    if ((zone == NULL) != (err != ERR_NONE))
        err = ERR__MAX;
    if (err == ERR_NONE && zone_offset(zone, 1795248900) != 3600)
        err = ERR__MAX;
    zone_free(zone);
    return err;
}

/* Nobody to tell: what is said is not this test's matter. */
static void ignore(void *context, const char *file, int line, const char *section, const char *key,
                   const char *message)
{
    (void)context, (void)file, (void)line, (void)section, (void)key, (void)message;
}

static const struct ini_report nobody = {ignore, NULL};

static enum err run_ini(void)
{
    struct ini *ini;
    enum err err = ini_load(&ini, "t.ini", &nobody);

    if ((ini == NULL) != (err != ERR_NONE))
        err = ERR__MAX;
    if (err == ERR_NONE && (strcmp(ini_get(ini, "site", "name"), "Вход") != 0 ||
                            strcmp(ini_get(ini, "path", "state"), "../x") != 0))
        err = ERR__MAX;
    ini_free(ini);
    return err;
}

static enum err run_settings(void)
{
    struct settings *settings;
    enum err err = settings_load(&settings, "t.ini", &nobody);

    if ((settings == NULL) != (err != ERR_NONE))
        err = ERR__MAX;
    if (err == ERR_NONE && (strcmp(settings->path_state, "/tmp/x") != 0 ||
                            strcmp(settings->site_timezone, "Europe/Moscow") != 0))
        err = ERR__MAX;
    settings_free(settings);
    return err;
}

static void fold_survives(void **state)
{
    (void)state;
    torture(run_fold);
}

static void url_survives(void **state)
{
    (void)state;
    torture(run_url);
}

static void take_survives(void **state)
{
    (void)state;
    torture(run_take);
}

static void files_survive(void **state)
{
    (void)state;
    torture(run_files);
}

static void zone_survives(void **state)
{
    (void)state;
    torture(run_zone);
}

static void ini_survives(void **state)
{
    (void)state;
    torture(run_ini);
}

static void settings_survive(void **state)
{
    (void)state;
    torture(run_settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fold_survives),    cmocka_unit_test(url_survives),
        cmocka_unit_test(take_survives),    cmocka_unit_test(files_survive),
        cmocka_unit_test(zone_survives),    cmocka_unit_test(ini_survives),
        cmocka_unit_test(settings_survive),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}
