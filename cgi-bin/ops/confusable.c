/*
 * confusable.c: from Unicode's data, as ICU has it, to the tables that address/letters.c looks
 * into. Run by `make`:
 *
 *   confusable >confusable.h
 *
 * confusables[]: small letters and digits beyond ASCII with the Latin ones that they are taken for:
 * their decomposition without marks (U+00E9 is an e), Unicode's confusables (the Cyrillic a), their
 * name ("LATIN SMALL LETTER D WITH HOOK" is a d), and the few of drawn[].
 * scripts[]: ranges of letters and the alphabet that they belong to.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#define LAST_POINT 0x1FFFF /* beyond are Chinese signs, which are taken for no letter */
#define TEXT_MAX   64
#define DEPTH_MAX  3

/* Letters that Unicode calls different, for in large print they are; in an address bar they are
 * not. Chromium keeps a list like this beside Unicode's for the same reason. */
static const struct {
    UChar32 point;
    const char *latin;
} drawn[] = {
    {0x432, "b"}, {0x438, "u"}, {0x43a, "k"}, {0x43c, "m"}, {0x43d, "h"}, {0x43f, "n"},
    {0x442, "t"}, {0x448, "w"}, {0x44a, "b"}, {0x454, "e"}, {0x3b5, "e"}, {0x3b7, "n"},
    {0x3ba, "k"}, {0x3c4, "t"}, {0x3c5, "u"}, {0x3c7, "x"}, {0x3c9, "w"}, {0x259, "e"},
    {0x185, "b"}, {0x1bd, "5"}, {0x1bf, "p"}, {0x1bb, "2"}, {0x4bd, "e"}, {0x475, "v"},
    {0x289, "u"}, {0x4cf, "l"}, {0x50d, "g"},
};

static USpoofChecker *checker;
static const UNormalizer2 *decompose;

static void need(UErrorCode error, const char *what)
{
    if (U_SUCCESS(error))
        return;
    fprintf(stderr, "confusable: %s: %s\n", what, u_errorName(error));
    exit(1);
}

static bool latin_of(char out[static 4], UChar32 point, int depth);

/* The points of a text, small and without marks; how many. */
static int32_t bare_points(UChar32 out[static TEXT_MAX], const UChar *text, int32_t len)
{
    int32_t at = 0, count = 0;

    while (at < len && count < TEXT_MAX) {
        UChar32 point;

        U16_NEXT(text, at, len, point);
        if (u_charType(point) != U_NON_SPACING_MARK && u_charType(point) != U_ENCLOSING_MARK)
            out[count++] = u_tolower(point);
    }
    return count;
}

/* The text without marks in small ASCII, or what its only letter is taken for; false if anything
 * else is left, or too much. */
static bool keep_ascii(char out[static 4], const UChar *text, int32_t len, UChar32 whole, int depth)
{
    UChar32 points[TEXT_MAX];
    int32_t count = bare_points(points, text, len);

    if (count == 1 && points[0] >= 0x80)
        return points[0] != whole && depth < DEPTH_MAX && latin_of(out, points[0], depth + 1);
    for (int32_t i = 0; i < count; i++) {
        if (points[i] >= 0x80 || !u_isalnum(points[i]) || i == 3)
            return false;
        out[i] = (char)points[i];
    }
    out[count] = '\0';
    return count > 0;
}

static int32_t text_of(UChar out[static 2], UChar32 point)
{
    int32_t len = 0;

    U16_APPEND_UNSAFE(out, len, point);
    return len;
}

static bool by_marks(char out[static 4], UChar32 point, int depth)
{
    UChar text[2], bare[TEXT_MAX];
    UErrorCode error = U_ZERO_ERROR;
    int32_t len = unorm2_normalize(decompose, text, text_of(text, point), bare, TEXT_MAX, &error);

    need(error, "normalizing");
    return keep_ascii(out, bare, len, point, depth);
}

static bool by_confusables(char out[static 4], UChar32 point, int depth)
{
    UChar text[2], like[TEXT_MAX];
    UErrorCode error = U_ZERO_ERROR;
    int32_t len =
        uspoof_getSkeleton(checker, 0, text, text_of(text, point), like, TEXT_MAX, &error);

    need(error, "looking for confusables");
    if (!keep_ascii(out, like, len, point, depth))
        return false;
    if (strcmp(out, "rn") == 0) /* what Unicode writes for an m */
        snprintf(out, 4, "m");
    return true;
}

static bool by_drawing(char out[static 4], UChar32 point)
{
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++)
        if (drawn[i].point == point) {
            snprintf(out, 4, "%s", drawn[i].latin);
            return true;
        }
    return false;
}

/* "LATIN LETTER SMALL CAPITAL B", and "... WITH STROKE" for what is there without it. */
static bool by_name(char out[static 4], UChar32 point, int depth)
{
    static const char capital[] = "LATIN LETTER SMALL CAPITAL ";
    char name[128] = "", *with;
    UErrorCode error = U_ZERO_ERROR;
    UChar32 base;

    u_charName(point, U_UNICODE_CHAR_NAME, name, sizeof name, &error);
    if (U_FAILURE(error))
        return false;
    if (strncmp(name, capital, strlen(capital)) == 0 && strlen(name) == strlen(capital) + 1) {
        snprintf(out, 4, "%c", name[strlen(capital)] | 0x20);
        return true;
    }
    with = strstr(name, " WITH ");
    if (with == NULL || depth == DEPTH_MAX)
        return false;
    *with = '\0';
    base = u_charFromName(U_UNICODE_CHAR_NAME, name, &error);
    return U_SUCCESS(error) && base != point && latin_of(out, base, depth + 1);
}

static bool latin_of(char out[static 4], UChar32 point, int depth)
{
    if (point < 0x80) {
        snprintf(out, 4, "%c", (char)point);
        return u_isalnum(point);
    }
    return by_drawing(out, point) || by_marks(out, point, depth) ||
           by_confusables(out, point, depth) || by_name(out, point, depth);
}

/* What a name can hold: capitals have become small ones. */
static bool is_letter(UChar32 point)
{
    return u_isalnum(point) && u_tolower(point) == point;
}

static size_t write_confusables(void)
{
    size_t count = 0;

    puts("static const struct confusable confusables[] = {");
    for (UChar32 point = 0x80; point <= LAST_POINT; point++) {
        char latin[4];

        if (!is_letter(point) || !latin_of(latin, point, 0))
            continue;
        printf("{0x%x, \"%s\"},%s", (unsigned)point, latin, ++count % 6 == 0 ? "\n" : " ");
    }
    puts("};");
    return count;
}

static int script_of(UChar32 point)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(point, &error);

    need(error, "asking for a script");
    return u_isalpha(point) && script != USCRIPT_COMMON && script != USCRIPT_INHERITED ? script
                                                                                       : -1;
}

static void write_scripts(void)
{
    UChar32 first = 0;

    puts("static const struct script_range scripts[] = {");
    for (UChar32 point = 1; point <= LAST_POINT + 1; point++) {
        if (point <= LAST_POINT && script_of(point) == script_of(first))
            continue;
        if (script_of(first) >= 0)
            printf("{0x%x, 0x%x, %d},\n", (unsigned)first, (unsigned)point - 1, script_of(first));
        first = point;
    }
    puts("};");
}

int main(void)
{
    UErrorCode error = U_ZERO_ERROR;
    size_t count;

    checker = uspoof_open(&error);
    need(error, "opening");
    decompose = unorm2_getNFKDInstance(&error);
    need(error, "opening");
    printf("/* made by ops/confusable.c from Unicode %s */\n", U_UNICODE_VERSION);
    printf("enum { SCRIPT_LATIN = %d, SCRIPT_HAN = %d, SCRIPT_BOPOMOFO = %d, SCRIPT_HIRAGANA = %d, "
           "SCRIPT_KATAKANA = %d, SCRIPT_HANGUL = %d };\n",
           USCRIPT_LATIN, USCRIPT_HAN, USCRIPT_BOPOMOFO, USCRIPT_HIRAGANA, USCRIPT_KATAKANA,
           USCRIPT_HANGUL);
    count = write_confusables();
    write_scripts();
    uspoof_close(checker);
    if (count < 500) {
        fprintf(stderr, "confusable: only %zu letters: this is not Unicode's data\n", count);
        return 1;
    }
    fprintf(stderr, "confusable: %zu letters\n", count);
    return fflush(stdout) == 0 ? 0 : 1;
}
