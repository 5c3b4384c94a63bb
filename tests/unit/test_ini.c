/*
 * test_ini.c: every line that iniparser 4.1 takes otherwise than it is written must be a fault with
 * its line; every good line must come out as it is written; then tables of known keys and the value
 * parsers.
 */
#include "base/buffer.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/ini_scan.h"
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/vhod-test-ini-XXXXXX";

static int enter(void **state)
{
    (void)state;
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    return mkdtemp(folder) == NULL || chdir(folder) != 0 ? -1 : 0;
}

static int leave(void **state)
{
    char command[100];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir("/") != 0 ? -1 : system(command);
}

/* Faults come out as lines of "line [section] key: message". */
static void note(void *context, const char *file, int line, const char *section, const char *key,
                 const char *message)
{
    struct buffer *faults = context;

    assert_non_null(file);
    assert_non_null(message);
    buffer_printf(faults, "%d [%s] %s: %s\n", line, section == NULL ? "" : section,
                  key == NULL ? "" : key, message);
}

static void write_raw(const char *path, const char *data, size_t len)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static enum err load(struct ini **ini, struct buffer *faults, const char *text, size_t len)
{
    struct ini_report report = {note, faults};

    write_raw("t.ini", text, len);
    return ini_load(ini, "t.ini", &report);
}

/* Each line of want must begin the same line of got (a message need not be given whole), and there
 * must be as many. */
static void compare_faults(const char *text, const char *got, const char *want)
{
    const char *g = got;
    const char *w = want;

    while (*g != '\0' && *w != '\0') {
        size_t length = strcspn(w, "\n");

        if (strncmp(g, w, length) != 0)
            break;
        w += length + (w[length] == '\n');
        g += strcspn(g, "\n") + 1;
    }
    if (*g != '\0' || *w != '\0')
        fail_msg("%s\n--- have:\n%s--- want:\n%s", text, got, want);
}

#define BYTES(literal) (literal), sizeof literal - 1
#define CUT            "; or # would cut the value: quote"
#define AFTER          "text after the closing quote"
#define OPEN           "the value begins with a quote that is not closed"
#define ESCAPE         "a backslash in quotes"
#define JOIN           "a backslash at the end would join"
#define NAME_OF_KEY    "a key's name may only"
#define NAME_OF_PART   "a section's name may only"
#define NO_KEY         "there is no key before the ="
#define NO_LINE        "neither \"key = value\" nor"
#define EARLY          "stands before the first [section]"
#define BOM            "\xef\xbb\xbf"

/* One row for each trap, in the order of what iniparser does with it. */
static const struct {
    const char *text;
    size_t len;
    const char *want;
} traps[] = {
    /* a value cut at ; or # */
    {BYTES("[a]\nk = foo#bar\n"), "2 [a] k: " CUT},
    {BYTES("[a]\nk = foo ; bar\n"), "2 [a] k: " CUT},
    {BYTES("[a]\n\nurl=http://x/#frag\n"), "3 [a] url: " CUT},
    {BYTES("[a]\nk=;c\n"), "2 [a] k: " CUT},
    {BYTES("[a]\nk=#\n"), "2 [a] k: " CUT},
    {BYTES("[a]\nk= a\"b;c\"\n"), "2 [a] k: " CUT},
    {BYTES("[a]\nk = x\n; fine\nl = y ; not fine\n"), "4 [a] l: " CUT},
    /* quotes */
    {BYTES("[a]\nk=\"a\"b\"\n"), "2 [a] k: " AFTER},
    {BYTES("[a]\nk=\"a\" trailing\n"), "2 [a] k: " AFTER},
    {BYTES("[a]\nk=\"a\" ; comment\n"), "2 [a] k: " AFTER},
    {BYTES("[a]\nk='it's'\n"), "2 [a] k: " AFTER},
    {BYTES("[a]\nk=\"a\\\"b\"\n"), "2 [a] k: " AFTER},
    {BYTES("[a]\nk=\"\"\"\n"), "2 [a] k: " AFTER},
    {BYTES("[a]\nk=\"a\\\"\n"), "2 [a] k: " ESCAPE},
    {BYTES("[a]\nk='a\\b'\n"), "2 [a] k: " ESCAPE},
    {BYTES("[a]\nk=\"a\n"), "2 [a] k: " OPEN},
    {BYTES("[a]\nk='a\nl=b'\n"), "2 [a] k: " OPEN},
    {BYTES("[a]\nk=\"\n"), "2 [a] k: " OPEN},
    {BYTES("[a]\nk='a\"\n"), "2 [a] k: " OPEN},
    /* continued lines */
    {BYTES("[a]\nk=a\\\n b\n"), "2 [a] : " JOIN "\n3 [a] : " NO_LINE},
    {BYTES("[a]\nk=c:\\dir\\\nm=x\n"), "2 [a] : " JOIN},
    {BYTES("[a]\nk=a\\  \nm=x\n"), "2 [a] : " JOIN},
    {BYTES("[a]\nk=\"a\\\n"), "2 [a] : " JOIN},
    {BYTES("[a]\n; comment \\\nk=v\n"), "2 [a] : " JOIN},
    {BYTES("[a]\\\nk=v\n"), "1 [] : " JOIN "\n2 [] k: " EARLY},
    {BYTES("[a]\nk=v\\"), "2 [a] : " JOIN},
    /* letters folded, names that cannot be found again */
    {BYTES("[Sec]\nk=v\n"), "1 [Sec] : " NAME_OF_PART},
    {BYTES("[a]\nKey=v\n"), "2 [a] Key: " NAME_OF_KEY},
    {BYTES("[раздел]\nk=v\n"), "1 [раздел] : " NAME_OF_PART},
    {BYTES("[a]\nключ=v\n"), "2 [a] ключ: " NAME_OF_KEY},
    {BYTES("[a]\nk k=v\n"), "2 [a] k k: " NAME_OF_KEY},
    {BYTES("[a]\na:b=v\n"), "2 [a] a:b: " NAME_OF_KEY},
    {BYTES("[a:b]\nk=v\n"), "1 [a:b] : " NAME_OF_PART},
    {BYTES("[ a ]\nk=v\n"), "1 [ a ] : " NAME_OF_PART},
    {BYTES("[]\nk=v\n"), "1 [] : " NAME_OF_PART},
    {BYTES("[a]\n\"k\"=v\n"), "2 [a] \"k\": " NAME_OF_KEY},
    {BYTES("[a]\nK = x ; y\n"), "2 [a] K: " NAME_OF_KEY "\n2 [a] : " CUT},
    {BYTES("[a]\n12345678901234567890123456789012345678901234567890123456789012345=v\n"),
     "2 [a] 12345678901234567890123456789012345678901234567890123456789012345: " NAME_OF_KEY},
    /* doubled */
    {BYTES("[a]\nk=1\nk=2\n"), "3 [a] k: stands twice, first in line 2; keep one of them"},
    {BYTES("[a]\nk=1\nk=1\nk=2\n"), "3 [a] k: stands twice, first in line 2\n"
                                    "4 [a] k: stands twice, first in line 2"},
    {BYTES("[a]\nk=1\n[b]\n[a]\nl=2\n"), "4 [a] : stands twice, first in line 1"},
    {BYTES("[a]\n[a]\nk=x;y\n"), "2 [a] : stands twice, first in line 1\n3 [a] k: " CUT},
    /* before any section */
    {BYTES("k=1\n[a]\n"), "1 [] k: " EARLY},
    {BYTES("\n\n k = 1\nl=2\n"), "3 [] k: " EARLY "\n4 [] l: " EARLY},
    /* no key, no value, no header */
    {BYTES("[a]\nk\n"), "2 [a] : " NO_LINE},
    {BYTES("[a]\nk: v\n"), "2 [a] : " NO_LINE},
    {BYTES("[a]\nx"), "2 [a] : " NO_LINE}, /* one byte and no newline: iniparser skips it */
    {BYTES("[a]\n=v\n"), "2 [a] : " NO_KEY},
    {BYTES("[a]\n=\n"), "2 [a] : " NO_KEY},
    {BYTES("[a]\n  = v\n"), "2 [a] : " NO_KEY},
    {BYTES("[a \nk=v\n"), "1 [] : the section's name has no ]"},
    {BYTES("[\n"), "1 [] : the section's name has no ]"},
    {BYTES("[a] foo\nk=v\n"), "1 [] : text after the section's name"},
    {BYTES("[b] ; comment\n"), "1 [] : text after the section's name"},
    {BYTES("[a]\n[c]x=1\n"), "2 [] : text after the section's name"},
    {BYTES("[a]\n[c]=x]\n"), "2 [] : text after the section's name"},
    {BYTES("[a]]\n"), "1 [] : text after the section's name"},
    /* bytes */
    {BYTES(BOM "[a]\nk=1\n"), "1 [] : a byte order mark before the first line"},
    {BYTES(BOM "k=1\n"), "1 [] : a byte order mark before the first line\n1 [] k: " EARLY},
    {BYTES("[a]\nk=" BOM "v\n"), "2 [a] : an invisible control character or byte order mark"},
    {BYTES("[a]\r[b]\rk=v\r"), "1 [] : a carriage return without line feed"},
    {BYTES("[a]\nk=v\rl=w\n"), "2 [a] : a carriage return"},
    {BYTES("[a]\r\nk=v\r\r\n"), "2 [a] : a carriage return"},
    {BYTES("[a]\nk=v\r"), "2 [a] : a carriage return"},
    {BYTES("[a]\nk=a\0b\n"), "2 [a] : a NUL byte"},
    {BYTES("\0"), "1 [] : a NUL byte"},
    {BYTES("\xff\xfe[\0a\0]\0\n\0"), "1 [] : a NUL byte\n2 [] : a NUL byte"},
    {BYTES("[a]\nk=\xcf\xf0\n"), "2 [a] : not UTF-8"},
    {BYTES("[a]\n; \xc0\xaf\n"), "2 [a] : not UTF-8"},
    {BYTES("[a]\nk=\x1b[1m\n"), "2 [a] : an invisible control"},
    {BYTES("[a]\nk=v\v\n"), "2 [a] : an invisible control"},
    {BYTES("[a]\n\fk=v\n"), "2 [a] : an invisible control"},
    {BYTES("[a]\nk=\xc2\x85\n"), "2 [a] : an invisible control"},
    {BYTES("[a]\nk=\ta\tb\x7f\n"), "2 [a] : an invisible control"},
};

static void every_trap_is_a_fault(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof traps / sizeof traps[0]; i++) {
        struct buffer faults = BUFFER_INIT;
        struct ini *ini = (struct ini *)&faults;

        if (load(&ini, &faults, traps[i].text, traps[i].len) != ERR_INVALID)
            fail_msg("taken: %s", traps[i].text);
        assert_null(ini);
        compare_faults(traps[i].text, buffer_text(&faults), traps[i].want);
        buffer_free(&faults);
    }
}

static void all_faults_come_in_one_run(void **state)
{
    static const char text[] = "early = 1\n"
                               "[a]\n"
                               "k = x ; y\n"
                               "good = 1\n"
                               "good = 2\n"
                               "nothing\n"
                               "[B]\n"
                               "k = \"x\n"
                               "[a]\n"
                               "[c\n"
                               "= v\n"
                               "[d]\n"
                               "k = v\\\n"
                               "\xff\n"
                               "k = 'a' b\n";
    struct buffer faults = BUFFER_INIT;
    struct ini *ini;

    (void)state;
    assert_int_equal(load(&ini, &faults, BYTES(text)), ERR_INVALID);
    compare_faults(text, buffer_text(&faults),
                   "1 [] early: " EARLY "\n3 [a] k: " CUT
                   "\n5 [a] good: stands twice\n6 [a] : " NO_LINE "\n7 [B] : " NAME_OF_PART
                   "\n8 [B] k: " OPEN "\n9 [a] : stands twice\n"
                   "10 [] : the section's name has no ]\n11 [] : " NO_KEY "\n13 [d] : " JOIN
                   "\n14 [d] : not UTF-8\n15 [d] k: " AFTER);
    buffer_free(&faults);
}

/* A picture given for an INI file must not fill the log. */
static void faults_are_bounded(void **state)
{
    struct buffer faults = BUFFER_INIT;
    struct buffer text = BUFFER_INIT;
    struct ini *ini;
    size_t lines = 0;

    (void)state;
    for (int i = 0; i < 5000; i++)
        buffer_puts(&text, "\xff\n");
    assert_int_equal(load(&ini, &faults, text.data, text.len), ERR_INVALID);
    for (size_t i = 0; i < faults.len; i++)
        lines += faults.data[i] == '\n';
    assert_int_equal(lines, INI_FAULTS_MAX + 1);
    assert_non_null(strstr(buffer_text(&faults), "200 [] : 200 faults in this file"));
    buffer_free(&faults);
    buffer_free(&text);
}

/* "k=" and as many bytes as make the line this long, with or without a newline, then l=w. */
static enum err load_line(struct ini **ini, size_t len, bool comment, bool last)
{
    struct buffer faults = BUFFER_INIT;
    struct buffer text = BUFFER_INIT;
    enum err err;

    buffer_puts(&text, comment ? "[a]\n;=" : "[a]\nk=");
    for (size_t i = 2; i < len; i++)
        buffer_putc(&text, 'x');
    if (!last)
        buffer_puts(&text, "\nl=w\n");
    err = load(ini, &faults, text.data, text.len);
    if (err != ERR_NONE)
        compare_faults("long", buffer_text(&faults), "2 [a] : longer than 1,000 bytes");
    buffer_free(&faults);
    buffer_free(&text);
    return err;
}

static void line_length_is_bounded(void **state)
{
    (void)state;
    for (int variant = 0; variant < 4; variant++) {
        bool comment = variant & 1;
        bool last = variant & 2;
        struct ini *ini;

        for (size_t len = 1001; len < 1030; len++)
            assert_int_equal(load_line(&ini, len, comment, last), ERR_INVALID);
        assert_int_equal(load_line(&ini, 5000, comment, last), ERR_INVALID);
        assert_int_equal(load_line(&ini, 1000, comment, last), ERR_NONE);
        if (!comment)
            assert_int_equal(strlen(ini_get(ini, "a", "k")), 998);
        if (!last)
            assert_string_equal(ini_get(ini, "a", "l"), "w");
        ini_free(ini);
    }
}

/* count keys in sections of 1,000. */
static void many_keys(struct buffer *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (i % 1000 == 0)
            buffer_printf(text, "[s%zu]\n", i);
        else
            buffer_printf(text, "k%zu=%zu\n", i, i);
}

static void size_is_bounded(void **state)
{
    struct buffer faults = BUFFER_INIT;
    struct buffer text = BUFFER_INIT;
    struct ini *ini;

    (void)state;
    many_keys(&text, INI_ENTRIES_MAX);
    assert_int_equal(load(&ini, &faults, text.data, text.len), ERR_NONE);
    assert_string_equal(ini_get(ini, "s3000", "k3999"), "3999");
    assert_int_equal(ini_line(ini, "s3000", "k3999"), 4000);
    ini_free(ini);
    buffer_puts(&text, "[one.more]\n");
    assert_int_equal(load(&ini, &faults, text.data, text.len), ERR_INVALID);
    compare_faults("many", buffer_text(&faults), "4001 [one.more] : too many sections and keys");
    buffer_clear(&text);
    buffer_clear(&faults);
    while (text.len <= 256 * 1024)
        buffer_puts(&text, "; padding\n");
    assert_int_equal(load(&ini, &faults, text.data, text.len), ERR_LIMIT);
    compare_faults("large", buffer_text(&faults), "0 [] : is larger than 256 KiB");
    buffer_clear(&faults);
    assert_int_equal(load(&ini, &faults, text.data, 256 * 1024), ERR_NONE);
    ini_free(ini);
    buffer_free(&text);
    buffer_free(&faults);
}

static void what_is_no_file(void **state)
{
    struct buffer faults = BUFFER_INIT;
    struct ini_report report = {note, &faults};
    struct ini *ini;

    (void)state;
    assert_int_equal(ini_load(&ini, "nothing.ini", &report), ERR_NOT_FOUND);
    assert_int_equal(ini_load(&ini, ".", &report), ERR_INVALID);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(ini_load(&ini, "pipe", &report), ERR_INVALID);
    assert_null(ini);
    compare_faults(
        "no file", buffer_text(&faults),
        "0 [] : there is no such file\n0 [] : is no regular file\n0 [] : is no regular file");
    buffer_free(&faults);
}

static const struct {
    const char *line, *key, *want;
} good_lines[] = {
    {"k=v", "k", "v"},
    {"k = v", "k", "v"},
    {"\t k \t=\t v \t", "k", "v"},
    {"k=v\r", "k", "v"},
    {"k=", "k", ""},
    {"k=   ", "k", ""},
    {"k=\"\"", "k", ""},
    {"k=''", "k", ""},
    {"k = \"\" ", "k", ""},
    {"k=\" x \"", "k", " x "},
    {"k=\" \"", "k", " "},
    {"k=' x '\t", "k", " x "},
    {"k=\"foo # ; bar\"", "k", "foo # ; bar"},
    {"k='x;y#z'", "k", "x;y#z"},
    {"k=\"it's\"", "k", "it's"},
    {"k='a \"b\" c'", "k", "a \"b\" c"},
    {"k='\"'", "k", "\""},
    {"k=\"'self' https://example.org\"", "k", "'self' https://example.org"},
    {"k=a=b=c", "k", "a=b=c"},
    {"k==", "k", "="},
    {"k==\"x\"", "k", "=\"x\""},
    {"k= = x", "k", "= x"},
    {"k=школа «Вход»", "k", "школа «Вход»"},
    {"k=a\"b", "k", "a\"b"},
    {"k=it's", "k", "it's"},
    {"k=a \"b\"", "k", "a \"b\""},
    {"k=[x]", "k", "[x]"},
    {"k=\\a\\b", "k", "\\a\\b"},
    {"k=a\\\"", "k", "a\\\""},
    {"k=100% %s %n", "k", "100% %s %n"},
    {"k=\u00a0v", "k", "\u00a0v"},
    {"a.b-c_d0=v", "a.b-c_d0", "v"},
    {"1234567890123456789012345678901234567890123456789012345678901234=v",
     "1234567890123456789012345678901234567890123456789012345678901234", "v"},
    {"k=https://example.org/?a=1&b=2", "k", "https://example.org/?a=1&b=2"},
    {"k=010", "k", "010"},
    {"k=v\n; c ; c # c = \"\n  # c\n;\n#", "k", "v"},
};

static void good_lines_come_out_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * (sizeof good_lines / sizeof good_lines[0]); i++) {
        struct buffer faults = BUFFER_INIT;
        struct buffer text = BUFFER_INIT;
        struct ini *ini;

        /* Each once with a newline behind it and once as the end of the file. */
        buffer_printf(&text, "[a]\n%s%s", good_lines[i / 2].line, i % 2 ? "\n" : "");
        if (load(&ini, &faults, text.data, text.len) != ERR_NONE) {
            if (i % 2 == 0 && strchr(good_lines[i / 2].line, '\r') != NULL)
                goto next; /* a CR at the very end ends no line */
            fail_msg("refused: %s: %s", buffer_text(&text), buffer_text(&faults));
        }
        assert_string_equal(ini_get(ini, "a", good_lines[i / 2].key), good_lines[i / 2].want);
        assert_int_equal(ini_line(ini, "a", good_lines[i / 2].key), 2);
        assert_string_equal(buffer_text(&faults), "");
        ini_free(ini);
    next:
        buffer_free(&text);
        buffer_free(&faults);
    }
}

static void order_and_lines_are_the_files(void **state)
{
    static const char text[] =
        "; first\r\n\r\n[zeta]\r\nk=1\r\n[login.b]\r\nk=2\r\n\r\n[login.a]\r\n"
        "[empty]\r\n# last";
    static const char *const order[] = {"zeta", "login.b", "login.a", "empty"};
    struct buffer faults = BUFFER_INIT;
    struct ini *ini;

    (void)state;
    assert_int_equal(load(&ini, &faults, BYTES(text)), ERR_NONE);
    assert_string_equal(ini_path(ini), "t.ini");
    assert_int_equal(ini_section_count(ini), 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(ini_section(ini, i), order[i]);
    assert_null(ini_section(ini, 4));
    assert_int_equal(ini_line(ini, "zeta", NULL), 3);
    assert_int_equal(ini_line(ini, "zeta", "k"), 4);
    assert_int_equal(ini_line(ini, "login.b", "k"), 6);
    assert_int_equal(ini_line(ini, "empty", NULL), 9);
    assert_int_equal(ini_line(ini, "empty", "k"), 0);
    assert_int_equal(ini_line(ini, "nothing", NULL), 0);
    assert_string_equal(ini_get(ini, "login.b", "k"), "2");
    assert_null(ini_get(ini, "login.a", "k"));
    assert_null(ini_get(ini, "nothing", "k"));
    assert_null(ini_get(ini, "ZETA", "k"));
    assert_null(ini_get(ini, "zeta", "K"));
    ini_free(ini);
    ini_free(NULL);
    buffer_free(&faults);
}

static void empty_files_are_fine(void **state)
{
    static const char *const rows[] = {"", "\n", "\n\n  \n", "; only\n# comments", "   "};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer faults = BUFFER_INIT;
        struct ini *ini;

        assert_int_equal(load(&ini, &faults, rows[i], strlen(rows[i])), ERR_NONE);
        assert_int_equal(ini_section_count(ini), 0);
        assert_null(ini_section(ini, 0));
        ini_free(ini);
        buffer_free(&faults);
    }
}

/* --- ini_check --- */

static const char *check_digits(const char *value)
{
    return *value != '\0' && strspn(value, "0123456789") == strlen(value) ? NULL : "must be digits";
}

static const struct ini_key keys[] = {
    {"region", "name", true, NULL},
    {"region", "code", true, check_digits},
    {"region", "note", false, NULL},
    {"login.*", "url", true, NULL},
    {"login.*", "port", false, check_digits},
    {"extra", "x", false, NULL},
    {NULL, NULL, false, NULL},
};

static void known_keys_are_enforced(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"[region]\nname=a\ncode=1\n", ""},
        {"[region]\nname=a\ncode=1\nnote=\n[login.a]\nurl=x\n[login.b]\nurl=y\nport=80\n[extra]\n",
         ""},
        {"", "0 [region] : the section is missing"},
        {"[extra]\nx=1\n", "0 [region] : the section is missing"},
        {"[region]\n", "1 [region] name: is missing\n1 [region] code: is missing"},
        {"[region]\nname=\ncode=\n",
         "2 [region] name: must not be empty\n3 [region] code: must not be"},
        {"[region]\nname=a\ncode=x\n", "3 [region] code: must be digits"},
        {"[region]\nname=a\ncode=1\n[login.a]\nport=\n",
         "5 [login.a] port: must be digits\n4 [login.a] url: is missing; this section must have "
         "it"},
        {"[region]\nname=a\ncode=1\nnmae=b\nport=1\n",
         "4 [region] nmae: unknown key; known here: name, code, note\n5 [region] port: unknown "
         "key"},
        {"[region]\nname=a\ncode=1\n[regoin]\nname=a\n",
         "4 [regoin] : unknown section; known here: region, login.*, extra"},
        {"[region]\nname=a\ncode=1\n[login]\nurl=a\n", "4 [login] : unknown section"},
        {"[region]\nname=a\ncode=1\n[login.]\nurl=a\n", "4 [login.] : unknown section"},
        {"[region]\nname=a\ncode=1\n[loginx.a]\nurl=a\n", "4 [loginx.a] : unknown section"},
        {"[region]\nname=a\ncode=1\n[region.a]\nname=a\n", "4 [region.a] : unknown section"},
        {"[region]\nname=a\ncode=1\n[login.a.b]\nurl=a\n", ""},
        {"[login.a]\nurl=\nbad=1\n[region]\ncode=1\n[x]\n",
         "2 [login.a] url: must not be empty\n3 [login.a] bad: unknown key; known here: url, port\n"
         "6 [x] : unknown section\n4 [region] name: is missing"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer faults = BUFFER_INIT;
        struct ini_report report = {note, &faults};
        struct ini *ini;
        size_t count;
        size_t lines = 0;

        assert_int_equal(load(&ini, &faults, rows[i].text, strlen(rows[i].text)), ERR_NONE);
        count = ini_check(ini, keys, &report);
        compare_faults(rows[i].text, buffer_text(&faults), rows[i].want);
        for (size_t j = 0; j < faults.len; j++)
            lines += faults.data[j] == '\n';
        assert_int_equal(count, lines);
        ini_free(ini);
        buffer_free(&faults);
    }
}

/* A table with more keys than a message holds: cut, not overrun. */
static void long_lists_of_keys_are_cut(void **state)
{
    struct ini_key many[101];
    char names[100][32];
    struct buffer faults = BUFFER_INIT;
    struct ini_report report = {note, &faults};
    struct ini *ini;

    (void)state;
    memset(many, 0, sizeof many);
    for (int i = 0; i < 100; i++) {
        snprintf(names[i], sizeof names[i], "some-long-name-%d", i);
        many[i].section = "a";
        many[i].key = names[i];
    }
    assert_int_equal(load(&ini, &faults, BYTES("[a]\nx=1\n")), ERR_NONE);
    assert_int_equal(ini_check(ini, many, &report), 1);
    compare_faults("many", buffer_text(&faults),
                   "2 [a] x: unknown key; known here: some-long-name-0, ");
    ini_free(ini);
    buffer_free(&faults);
}

/* Without a report the complaints are in the log, in one line each. */
static void faults_go_to_the_log(void **state)
{
    struct ini *ini;
    int ends[2];
    int saved = dup(STDERR_FILENO);
    char text[2000] = "";
    ssize_t got;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    write_raw("t.ini", BYTES("[a]\nk=x;y\nnothing\n"));
    assert_int_equal(ini_load(&ini, "t.ini", NULL), ERR_INVALID);
    assert_int_equal(ini_load(&ini, "none.ini", NULL), ERR_NOT_FOUND);
    dup2(saved, STDERR_FILENO);
    got = read(ends[0], text, sizeof text - 1);
    assert_true(got > 0);
    assert_string_equal(
        text, "vhod: error: t.ini:2: [a] k: ; or # would cut the value: quote the value or "
              "put the comment on its own line\n"
              "vhod: error: t.ini:3: [a] neither \"key = value\" nor [section] nor a comment\n"
              "vhod: error: none.ini: there is no such file\n");
    close(saved);
    close(ends[0]);
    close(ends[1]);
}

/* --- values --- */

static void odd_numbers_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        " ",
        "abc",
        "5 apples",
        " 5",
        "5 ",
        "+5",
        "-5",
        "-",
        "--5",
        "0x1F",
        "1e3",
        "1,5",
        "1.5",
        "1 000",
        "٣",
        "5\n",
        "99999999999999999999",
        "9223372036854775808",
        "101",
        "４",
    };
    long value = 4711;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ini_parse_int(rows[i], 0, 100, &value))
            fail_msg("taken: \"%s\"", rows[i]);
    assert_false(ini_parse_int("99999999999", 0, INT_MAX, &value));
    assert_false(ini_parse_int("4", 5, 10, &value));
    assert_false(ini_parse_int("-6", -5, 10, &value));
    assert_false(ini_parse_int("9223372036854775808", LONG_MIN, LONG_MAX, &value));
    assert_false(ini_parse_int("-9223372036854775809", LONG_MIN, LONG_MAX, &value));
    assert_false(ini_parse_int("-", LONG_MIN, LONG_MAX, &value));
    assert_int_equal(value, 4711);
}

static void numbers_are_taken(void **state)
{
    static const struct {
        const char *text;
        long want;
    } rows[] = {
        {"0", 0},
        {"00", 0},
        {"-0", 0},
        {"010", 10},
        {"100", 100},
        {"-7", -7},
        {"9223372036854775807", LONG_MAX},
        {"-9223372036854775808", LONG_MIN},
        {"00000000000000000000000000000042", 42},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        long value = 4711;

        assert_true(ini_parse_int(rows[i].text, LONG_MIN, LONG_MAX, &value));
        assert_true(value == rows[i].want);
    }
}

static void only_yes_and_no(void **state)
{
    static const char *const rows[] = {"",   "y",    "Y",     "Yes", "YES", "true", "t",
                                       "on", "1",    "0",     "n",   "No",  "nope", "yes ",
                                       "да", "yess", "false", "off", "ye"};
    bool value = true;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_false(ini_parse_bool(rows[i], &value));
    assert_true(value);
    assert_true(ini_parse_bool("no", &value));
    assert_false(value);
    assert_true(ini_parse_bool("yes", &value));
    assert_true(value);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(every_trap_is_a_fault),
        IN_FOLDER(all_faults_come_in_one_run),
        IN_FOLDER(faults_are_bounded),
        IN_FOLDER(line_length_is_bounded),
        IN_FOLDER(size_is_bounded),
        IN_FOLDER(what_is_no_file),
        IN_FOLDER(good_lines_come_out_as_written),
        IN_FOLDER(order_and_lines_are_the_files),
        IN_FOLDER(empty_files_are_fine),
        IN_FOLDER(known_keys_are_enforced),
        IN_FOLDER(long_lists_of_keys_are_cut),
        IN_FOLDER(faults_go_to_the_log),
        cmocka_unit_test(odd_numbers_are_refused),
        cmocka_unit_test(numbers_are_taken),
        cmocka_unit_test(only_yes_and_no),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
