/*
 * typing.c: keyboard tables and the distance between words. Contract: typing.h.
 *
 * The distance is that of optimal string alignment (Damerau's four slips, no substring edited
 * twice), with a price for each slip. Letters are compared as single bytes: the folded Russian
 * alphabet has 32, so a word fits into an array on the stack.
 */
#include "search/typing.h"
#include "base/utf8.h"
#include <stdint.h>
#include <string.h>

/* The keys of a PC keyboard, row by row: the same place in both strings is the same key. Shifted
 * marks stand with the unshifted ones, since case does not matter here. */
static const char latin_keys[] = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
                                 "~{}:\"<>?";
static const char *const russian_keys = "ёйцукенгшщзхъфывапролджэячсмитьбю."
                                        "ёхъжэбю,";

#define KEYS (sizeof latin_keys - 1)

static uint32_t lower(uint32_t point)
{
    if (point >= 'A' && point <= 'Z')
        return point + 32;
    if (point >= 0x410 && point <= 0x42f)
        return point + 32;
    return point == 0x401 ? 0x451 : point; /* Ё */
}

static bool is_latin(uint32_t point)
{
    return lower(point) >= 'a' && lower(point) <= 'z';
}

static bool is_cyrillic(uint32_t point)
{
    return point >= 0x400 && point <= 0x4ff;
}

unsigned typing_letters(const char *text)
{
    unsigned found = 0;

    for (uint32_t point; (point = utf8_next(&text)) != 0;)
        found |=
            (is_latin(point) ? TYPING_LATIN : 0U) | (is_cyrillic(point) ? TYPING_CYRILLIC : 0U);
    return found;
}

void typing_to_russian(struct buffer *out, const char *text)
{
    for (uint32_t point; (point = utf8_next(&text)) != 0;) {
        const char *at = russian_keys;
        uint32_t key = point;

        for (size_t i = 0; i < KEYS; i++) {
            uint32_t russian = utf8_next(&at);

            if ((uint32_t)(unsigned char)latin_keys[i] == lower(point)) {
                key = russian;
                break;
            }
        }
        utf8_put(out, key);
    }
}

void typing_to_latin(struct buffer *out, const char *text)
{
    for (uint32_t point; (point = utf8_next(&text)) != 0;) {
        const char *at = russian_keys;
        uint32_t key = point;

        for (size_t i = 0; i < KEYS && is_cyrillic(point); i++) {
            if (utf8_next(&at) == lower(point)) {
                key = (unsigned char)latin_keys[i];
                break;
            }
        }
        utf8_put(out, key);
    }
}

void typing_lookalikes(struct buffer *out, const char *text)
{
    static const char latin[] = "abcehkmoptxy";
    static const char *const cyrillic = "авсенкмортху";

    for (uint32_t point; (point = utf8_next(&text)) != 0;) {
        const char *at = cyrillic;
        uint32_t key = point;

        for (size_t i = 0; i < sizeof latin - 1; i++) {
            uint32_t letter = utf8_next(&at);

            if ((uint32_t)(unsigned char)latin[i] == lower(point)) {
                key = letter;
                break;
            }
        }
        utf8_put(out, key);
    }
}

/* --- distance --- */

size_t typing_bytes(const char *word, char *out, size_t max)
{
    size_t count = 0;

    for (uint32_t point; count < max && (point = utf8_next(&word)) != 0;) {
        if (point == 0x451)
            point = 0x435;
        out[count++] = (char)(point >= 0x430 && point <= 0x44f ? point - 0x430 + 1
                              : point < 127                    ? point
                                                               : 127);
    }
    return count;
}

/* A word as its bytes. */
struct letters {
    unsigned char at[TYPING_WORD_MAX];
    size_t count;
};

static void take_letters(struct letters *out, const char *word)
{
    out->count = typing_bytes(word, (char *)out->at, sizeof out->at);
}

/* Letters that are heard alike, or written for one another. */
static bool sound_alike(unsigned char a, unsigned char b)
{
    static const char *const pairs = "оа еи иы эе тд сз пб вф гк шщ шж иь ъь ий жз шс ея ая юу цс";
    const char *at = pairs;

    for (uint32_t left; (left = utf8_next(&at)) != 0;) {
        uint32_t right = utf8_next(&at);
        unsigned char l = (unsigned char)(left - 0x430 + 1), r = (unsigned char)(right - 0x430 + 1);

        if ((a == l && b == r) || (a == r && b == l))
            return true;
        if (*at == ' ')
            at++;
    }
    return false;
}

/* Place of a letter on the keyboard: row and column; false for a letter that has no key. */
static bool key_place(unsigned char letter, int *row, int *column)
{
    static const char *const rows[] = {"йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"};

    for (int r = 0; r < 3 && letter <= 32; r++) {
        const char *at = rows[r];
        int c = 0;

        for (uint32_t point; (point = utf8_next(&at)) != 0; c++) {
            if (point - 0x430 + 1 == letter) {
                *row = r;
                *column = c;
                return true;
            }
        }
    }
    return false;
}

static bool neighbours(unsigned char a, unsigned char b)
{
    int row_a, column_a, row_b, column_b;
    int rows, columns;

    if (!key_place(a, &row_a, &column_a) || !key_place(b, &row_b, &column_b))
        return false;
    rows = row_a - row_b;
    columns = column_a - column_b;
    return rows >= -1 && rows <= 1 && columns >= -1 && columns <= 1;
}

enum {
    COST_ALIKE = 50,
    COST_KEY = 70,
    COST_SWAP = 70,
    COST_DOUBLE = 50,
    COST_GAP = 90,
    COST_FIRST = 30
};

void typing_costs(struct typing_costs *out)
{
    memset(out, TYPING_EDIT, sizeof *out);
    for (unsigned char a = 1; a <= 32; a++) {
        for (unsigned char b = 1; b <= 32; b++) {
            if (sound_alike(a, b))
                out->change[a][b] = COST_ALIKE;
            else if (neighbours(a, b))
                out->change[a][b] = COST_KEY;
        }
    }
}

static unsigned change_cost(const struct typing_costs *costs, unsigned char typed,
                            unsigned char right)
{
    return costs->change[typed <= 32 ? typed : 0][right <= 32 ? right : 0];
}

/* A letter too many or too few: a doubled one, or a soft sign, is the likelier slip. */
static unsigned gap_cost(const struct letters *word, size_t at)
{
    /* at is below the word's length, which cppcheck does not know */
    /* cppcheck-suppress arrayIndexOutOfBoundsCond */
    if (at > 0 && word->at[at] == word->at[at - 1])
        return COST_DOUBLE;
    return word->at[at] == 0x44c - 0x430 + 1 ? COST_DOUBLE : COST_GAP;
}

/* A cell of the table: cost in the upper half, number of edits in the lower, so the smaller number
 * is the better way. */
static unsigned cell(unsigned before, unsigned cost, size_t typed, size_t right)
{
    return before + ((cost + (typed == 0 && right == 0 ? COST_FIRST : 0U)) << 8) + 1;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned best_way(const struct typing_costs *costs, const struct letters *typed,
                         const struct letters *right, size_t i, size_t j,
                         unsigned table[3][TYPING_WORD_MAX + 1])
{
    unsigned *now = table[i % 3], *before = table[(i + 2) % 3], *older = table[(i + 1) % 3];
    unsigned best = before[j - 1];

    if (typed->at[i - 1] != right->at[j - 1])
        best = cell(best, change_cost(costs, typed->at[i - 1], right->at[j - 1]), i - 1, j - 1);
    best = least(best, cell(before[j], gap_cost(typed, i - 1), i - 1, j));
    best = least(best, cell(now[j - 1], gap_cost(right, j - 1), i, j - 1));
    if (i > 1 && j > 1 && typed->at[i - 1] == right->at[j - 2] &&
        typed->at[i - 2] == right->at[j - 1])
        best = least(best, cell(older[j - 2], COST_SWAP, i - 2, j - 2));
    return best;
}

void typing_distance(struct typing_distance *out, const struct typing_costs *costs,
                     const char *typed, const char *right)
{
    struct letters a, b;
    unsigned table[3][TYPING_WORD_MAX + 1];

    take_letters(&a, typed);
    take_letters(&b, right);
    table[0][0] = 0;
    for (size_t j = 1; j <= b.count; j++)
        table[0][j] = cell(table[0][j - 1], gap_cost(&b, j - 1), 0, j - 1);
    for (size_t i = 1; i <= a.count; i++) {
        table[i % 3][0] = cell(table[(i + 2) % 3][0], gap_cost(&a, i - 1), i - 1, 0);
        for (size_t j = 1; j <= b.count; j++)
            table[i % 3][j] = best_way(costs, &a, &b, i, j, table);
    }
    out->edits = table[a.count % 3][b.count] & 0xff;
    out->cost = table[a.count % 3][b.count] >> 8;
}
