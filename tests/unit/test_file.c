/*
 * test_file.c: whole files in and out, in a folder of the test's own under /tmp; digests, which
 * have no test file of their own, stand at the end.
 */
#include "base/digest.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Errors that are meant to be logged would spoil the output of a clean run. */
static int quiet_start(void)
{
    int saved = dup(STDERR_FILENO);
    int null = open("/dev/null", O_WRONLY);

    dup2(null, STDERR_FILENO);
    close(null);
    return saved;
}

static void quiet_end(int saved)
{
    dup2(saved, STDERR_FILENO);
    close(saved);
}

/* Each test gets a fresh folder and runs in it. */
static int enter(void **state)
{
    char *folder = strdup("/tmp/vhod-test-file-XXXXXX");

    if (folder == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    *state = folder;
    return 0;
}

static int leave(void **state)
{
    char command[100];
    int status;

    if (chdir("/") != 0)
        return -1;
    snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    status = system(command);
    free(*state);
    return status;
}

static void write_raw(const char *path, const char *data, size_t len)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void what_cannot_be_read(void **state)
{
    struct buffer b = BUFFER_INIT;
    int saved;

    (void)state;
    buffer_puts(&b, "before");
    write_raw("plain", "x", 1);
    assert_int_equal(file_read(&b, "nothing", 10), ERR_NOT_FOUND);
    assert_int_equal(file_read(&b, "plain/below", 10), ERR_NOT_FOUND);
    assert_int_equal(file_read(&b, ".", 10), ERR_INVALID);
    assert_int_equal(file_read(&b, "/dev/null", 10), ERR_INVALID);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(file_read(&b, "pipe", 10), ERR_INVALID); /* and does not hang */
    assert_int_equal(symlink("loop", "loop"), 0);
    saved = quiet_start();
    assert_int_equal(file_read(&b, "loop", 10), ERR_SYSTEM);
    quiet_end(saved);
    assert_string_equal(buffer_text(&b), "before");
    buffer_free(&b);
}

static void limit_is_exact(void **state)
{
    struct buffer b = BUFFER_INIT;

    (void)state;
    write_raw("ten", "0123456789", 10);
    buffer_puts(&b, "=");
    assert_int_equal(file_read(&b, "ten", 9), ERR_LIMIT);
    assert_string_equal(buffer_text(&b), "=");
    assert_int_equal(file_read(&b, "ten", 10), ERR_NONE);
    assert_string_equal(buffer_text(&b), "=0123456789");
    write_raw("empty", "", 0);
    assert_int_equal(file_read(&b, "empty", 0), ERR_NONE);
    assert_int_equal(b.len, 11);
    buffer_free(&b);
}

/* Files of /proc say that they have no bytes, and then have some: the limit holds for what comes.
 */
static void size_is_not_believed(void **state)
{
    struct buffer b = BUFFER_INIT;
    size_t len;

    (void)state;
    assert_int_equal(file_read(&b, "/proc/self/status", 100000), ERR_NONE);
    assert_true(b.len > 100);
    buffer_clear(&b);
    assert_int_equal(file_read(&b, "/proc/self/status", 100), ERR_LIMIT);
    assert_int_equal(b.len, 0);
    assert_int_equal(file_read(&b, "/proc/version", 100000), ERR_NONE);
    len = b.len;
    assert_int_equal(file_read(&b, "/proc/version", len - 1), ERR_LIMIT);
    assert_int_equal(file_read(&b, "/proc/version", len), ERR_NONE);
    assert_int_equal(b.len, 2 * len);
    buffer_free(&b);
}

static void every_size_comes_back(void **state)
{
    static const size_t sizes[] = {0, 1, 63, 64, 4095, 4096, 4097, 100000, 1048577};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct buffer in = BUFFER_INIT;
        struct buffer out = BUFFER_INIT;

        for (size_t j = 0; j < sizes[i]; j++)
            buffer_putc(&out, (char)(j * 7 % 256));
        assert_int_equal(file_replace("file", out.data, out.len), ERR_NONE);
        assert_int_equal(file_read(&in, "file", sizes[i]), ERR_NONE);
        assert_int_equal(in.len, sizes[i]);
        if (sizes[i] > 0)
            assert_memory_equal(in.data, out.data, sizes[i]);
        buffer_free(&in);
        buffer_free(&out);
    }
}

/* Number of names in the folder, hidden ones too, without . and .. */
static int everything_here(void)
{
    FILE *list = popen("ls -A | wc -l", "r");
    int count = -1;

    assert_non_null(list);
    assert_int_equal(fscanf(list, "%d", &count), 1);
    pclose(list);
    return count;
}

static void replacing_fails_cleanly(void **state)
{
    struct rlimit old;
    struct rlimit small;
    int saved;

    (void)state;
    assert_int_equal(file_replace("kept", "old", 3), ERR_NONE);
    saved = quiet_start();
    assert_int_equal(file_replace("nowhere/file", "x", 1), ERR_SYSTEM);
    assert_int_equal(mkdir("folder", 0755), 0);
    assert_int_equal(file_replace("folder", "x", 1), ERR_SYSTEM);
    /* A full disk, as near as a test gets without one. */
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 100;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(file_replace("kept", (char[200]){0}, 200), ERR_SYSTEM);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    quiet_end(saved);
    assert_int_equal(everything_here(), 2); /* no temporary file is left */
    {
        struct buffer b = BUFFER_INIT;

        assert_int_equal(file_read(&b, "kept", 10), ERR_NONE);
        assert_string_equal(buffer_text(&b), "old");
        buffer_free(&b);
    }
}

static void replacing_keeps_open_readers(void **state)
{
    char text[4] = "";
    struct stat status;
    int fd;

    (void)state;
    assert_int_equal(file_replace("./file", "one", 3), ERR_NONE);
    fd = open("file", O_RDONLY);
    assert_int_equal(file_replace("./file", "two", 3), ERR_NONE);
    assert_int_equal(read(fd, text, 3), 3);
    assert_string_equal(text, "one");
    close(fd);
    assert_int_equal(stat("file", &status), 0);
    assert_int_equal(status.st_mode & 0444, 0444); /* the web server's user reads it too */
    assert_int_equal(everything_here(), 1);
}

/* A killed process with our number left its temporary file: another name is taken. */
static void leftovers_are_no_obstacle(void **state)
{
    char name[100];

    (void)state;
    snprintf(name, sizeof name, ".file.%ld-0.tmp", (long)getpid());
    write_raw(name, "half", 4);
    assert_int_equal(file_replace("file", "x", 1), ERR_NONE);
    assert_int_equal(everything_here(), 2);
}

static void folders_are_made(void **state)
{
    char absolute[200];
    struct stat status;
    int saved;

    assert_int_equal(file_make_folder("a/b/c"), ERR_NONE);
    assert_int_equal(file_make_folder("a/b/c"), ERR_NONE);
    assert_int_equal(file_make_folder("a/b/c/"), ERR_NONE);
    assert_int_equal(file_make_folder("./a//d"), ERR_NONE);
    assert_int_equal(file_make_folder("."), ERR_NONE);
    assert_int_equal(file_make_folder("/"), ERR_NONE);
    snprintf(absolute, sizeof absolute, "%s/x/y", (char *)*state);
    assert_int_equal(file_make_folder(absolute), ERR_NONE);
    assert_int_equal(stat("a/b/c", &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(stat("x/y", &status), 0);
    assert_int_equal(stat("a/d", &status), 0);
    write_raw("plain", "x", 1);
    saved = quiet_start();
    assert_int_equal(file_make_folder(""), ERR_SYSTEM);
    assert_int_equal(file_make_folder("plain"), ERR_SYSTEM);
    assert_int_equal(file_make_folder("plain/below"), ERR_SYSTEM);
    quiet_end(saved);
    assert_int_equal(file_sync("a"), ERR_NONE);
    assert_int_equal(file_sync("plain"), ERR_NONE);
    assert_int_equal(file_sync("nothing"), ERR_NOT_FOUND);
}

static void names_are_listed(void **state)
{
    struct file_names names;
    char name[20];

    (void)state;
    assert_int_equal(file_names(&names, "nothing", ""), ERR_NOT_FOUND);
    assert_int_equal(file_names(&names, ".", ""), ERR_NONE);
    assert_int_equal(names.count, 0);
    file_names_free(&names);
    for (int i = 99; i >= 0; i--) {
        snprintf(name, sizeof name, "RU-%02d.ini", i);
        write_raw(name, "", 0);
    }
    write_raw("b.md", "", 0);
    write_raw(".hidden.ini", "", 0);
    write_raw("ini", "", 0);
    assert_int_equal(file_names(&names, "RU-00.ini", ""), ERR_NOT_FOUND);
    assert_int_equal(file_names(&names, ".", ".ini"), ERR_NONE);
    assert_int_equal(names.count, 100);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "RU-%02d.ini", i);
        assert_string_equal(names.names[i], name);
    }
    file_names_free(&names);
    file_names_free(&names);
    file_names_free(NULL);
    assert_int_equal(file_names(&names, ".", ""), ERR_NONE);
    assert_int_equal(names.count, 102);
    assert_string_equal(names.names[101], "ini");
    file_names_free(&names);
}

static void paths_are_joined(void **state)
{
    static const struct {
        const char *folder, *name, *suffix, *want;
    } rows[] = {
        {"a", "b", NULL, "a/b"},
        {"a/", "b", ".ini", "a/b.ini"},
        {"/", "b", "", "/b"},
        {"a/b", "c", ".md", "a/b/c.md"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *path = file_path(rows[i].folder, rows[i].name, rows[i].suffix);

        assert_string_equal(path, rows[i].want);
        free(path);
    }
}

/* FIPS 180-4's examples, and a text longer than a block. */
static void digests(void **state)
{
    static const struct {
        const char *text, *hex, *base64;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
         "JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="},
    };
    char hex[DIGEST_HEX_SIZE];
    char base64[DIGEST_BASE64_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        digest_hex(rows[i].text, strlen(rows[i].text), hex);
        digest_base64(rows[i].text, strlen(rows[i].text), base64);
        assert_string_equal(hex, rows[i].hex);
        assert_string_equal(base64, rows[i].base64);
    }
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_cannot_be_read),
        IN_FOLDER(limit_is_exact),
        IN_FOLDER(size_is_not_believed),
        IN_FOLDER(every_size_comes_back),
        IN_FOLDER(replacing_fails_cleanly),
        IN_FOLDER(replacing_keeps_open_readers),
        IN_FOLDER(leftovers_are_no_obstacle),
        IN_FOLDER(folders_are_made),
        IN_FOLDER(names_are_listed),
        cmocka_unit_test(paths_are_joined),
        cmocka_unit_test(digests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
