/*
 * ordinary.c: from a spelling dictionary to the table that search/ordinary.c walks. Run by `make`:
 *
 *   ordinary RU.aff RU.dic >ordinary.h
 *
 * Every form of every word in small letters is made from the dictionary's stems and suffixes
 * (hunspell(5): SFX rules are all that the Russian one has; a file that asks for more is refused,
 * not half understood), sorted, and stored as the smallest automaton that accepts just these forms,
 * built as Daciuk and others have it: beginnings and endings that words share are stored once. 1.35
 * million forms come to 190,000 numbers.
 */
#include "base/buffer.h"
#include "base/utf8.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS   33 /* а-я are 1-32, ё is 33 as long as rules are applied, then е */
#define YE        6
#define WORD_MAX  64  /* letters */
#define LINE_MAX_ 400 /* bytes */
#define HASH_SIZE (1U << 20)

/* Edges of a node stand together; search/ordinary.h says what the bits are. */
#define EDGE_FINAL (1U << 6)
#define EDGE_LAST  (1U << 7)
#define EDGE_SHIFT 8

struct rule {
    char flag;
    char strip[WORD_MAX], add[WORD_MAX];
    size_t strip_len, add_len;
    uint64_t ends[WORD_MAX]; /* for each of the last letters, which it may be: bits 1-33 */
    size_t ends_len;
};

struct word {
    uint32_t at; /* in letters */
    uint8_t len;
};

static struct rule *rules;
static size_t rule_count, rule_room;
static struct buffer letters; /* of all forms, one after another */
static struct word *words;
static size_t word_count, word_room;
static uint32_t *edges;
static size_t edge_count, edge_room;
static uint32_t *hash; /* index of a node's first edge, or 0 */

static void *had(void *memory)
{
    if (memory != NULL)
        return memory;
    fputs("ordinary: out of memory\n", stderr);
    exit(1);
}

static void *grow(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room ? *room * 2 : 4096;
    return had(reallocarray(items, *room, size));
}

static void refuse(const char *path, int line, const char *text)
{
    fprintf(stderr, "ordinary: %s:%d: not understood: %s\n", path, line, text);
    exit(1);
}

/* A text as single bytes: letters by their numbers, other ASCII as it is, 127 for the rest. At most
 * max; returns how many. */
static size_t take_bytes(const char *text, char *out, size_t max)
{
    size_t count = 0;

    for (uint32_t point; count < max && (point = utf8_next(&text)) != 0;)
        out[count++] = (char)(point >= 0x430 && point <= 0x44f ? point - 0x430 + 1
                              : point == 0x451                 ? LETTERS
                              : point > LETTERS && point < 127 ? point
                                                               : 127);
    return count;
}

/* --- suffix rules --- */

/* A text of the rules as letters; "0" is none. False if it holds anything but small letters. */
static bool take_letters(const char *text, char out[WORD_MAX], size_t *len)
{
    *len = strcmp(text, "0") == 0 ? 0 : take_bytes(text, out, WORD_MAX);
    for (size_t i = 0; i < *len; i++)
        if (out[i] < 1 || out[i] > LETTERS)
            return false;
    return *len < WORD_MAX;
}

/* One sign of a condition: "]" ends a set, a letter is in one or is one, "." is any. The set so far
 * in *set. False if it is none of them. */
static bool take_sign(char sign, bool negated, uint64_t *set)
{
    if (sign == ']')
        *set = negated ? ~*set : *set;
    else if (sign == '.')
        *set = UINT64_MAX;
    else if (sign >= 1 && sign <= LETTERS)
        *set |= UINT64_C(1) << (unsigned)sign;
    else
        return false;
    return true;
}

/* What the end of a word must look like: letters, [абв], [^абв]. */
static bool take_ends(const char *text, struct rule *rule)
{
    char signs[LINE_MAX_];
    size_t count = take_bytes(text, signs, sizeof signs);
    uint64_t set = 0;
    bool inside = false, negated = false;

    for (size_t i = 0; i < count; i++) {
        if (signs[i] == '[') {
            inside = true;
            negated = i + 1 < count && signs[i + 1] == '^';
            i += negated;
            continue;
        }
        if (!take_sign(signs[i], negated && inside, &set) || rule->ends_len == WORD_MAX)
            return false;
        inside = inside && signs[i] != ']';
        if (inside)
            continue;
        rule->ends[rule->ends_len++] = set;
        set = 0;
    }
    return !inside;
}

static void take_rule(char *const cells[5], const char *path, int line)
{
    struct rule *rule;

    rules = grow(rules, rule_count, &rule_room, sizeof *rules);
    rule = &rules[rule_count++];
    *rule = (struct rule){.flag = cells[1][0]};
    if (cells[1][1] != '\0' || !take_letters(cells[2], rule->strip, &rule->strip_len) ||
        !take_letters(cells[3], rule->add, &rule->add_len) || !take_ends(cells[4], rule))
        refuse(path, line, cells[3]);
}

static void take_rules_line(char *text, const char *path, int line)
{
    char *cells[5] = {NULL}, *rest = text;
    size_t count = 0;

    while (count < 5 && (cells[count] = strsep(&rest, " \t\n")) != NULL)
        count += *cells[count] != '\0';
    if (count == 0 || cells[0][0] == '#' || strcmp(cells[0], "TRY") == 0)
        return;
    if (strcmp(cells[0], "SET") == 0 && count == 2 && strcmp(cells[1], "UTF-8") == 0)
        return;
    if (strcmp(cells[0], "SFX") != 0 || count < 4)
        refuse(path, line, cells[0]);
    if (count == 5)
        take_rule(cells, path, line);
}

/* --- words --- */

static void add_form(const char *stem, size_t len, const char *add, size_t add_len)
{
    size_t at = letters.len;

    words = grow(words, word_count, &word_room, sizeof *words);
    words[word_count++] = (struct word){(uint32_t)at, (uint8_t)(len + add_len)};
    buffer_add(&letters, stem, len);
    buffer_add(&letters, add, add_len);
    for (; at < letters.len; at++)
        if (letters.data[at] == LETTERS)
            letters.data[at] = YE;
}

static bool fits(const struct rule *rule, const char *stem, size_t len)
{
    if (len < rule->ends_len || len < rule->strip_len ||
        memcmp(stem + len - rule->strip_len, rule->strip, rule->strip_len) != 0)
        return false;
    for (size_t i = 0; i < rule->ends_len; i++)
        if (!(rule->ends[i] & UINT64_C(1) << (unsigned)stem[len - rule->ends_len + i]))
            return false;
    return true;
}

/* Names, abbreviations and words with hyphens are left out: they are nobody's ordinary words. */
static void take_word_line(char *text, const char *path, int line)
{
    char *flags = strchr(text, '/'), stem[WORD_MAX];
    size_t len;

    text[strcspn(text, "\n")] = '\0';
    if (flags != NULL)
        *flags++ = '\0';
    if (line == 1 || !take_letters(text, stem, &len) || len == 0)
        return;
    add_form(stem, len, "", 0);
    for (; flags != NULL && *flags; flags++)
        for (size_t i = 0; i < rule_count; i++)
            if (rules[i].flag == *flags && fits(&rules[i], stem, len)) {
                if (len - rules[i].strip_len + rules[i].add_len >= WORD_MAX)
                    refuse(path, line, text);
                add_form(stem, len - rules[i].strip_len, rules[i].add, rules[i].add_len);
            }
}

static void read_lines(const char *path, void (*take)(char *text, const char *path, int line))
{
    FILE *file = fopen(path, "r");
    char text[LINE_MAX_];

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    for (int line = 1; fgets(text, sizeof text, file) != NULL; line++) {
        if (strchr(text, '\n') == NULL && !feof(file))
            refuse(path, line, "a line that long");
        if (!utf8_valid(text, strlen(text)))
            refuse(path, line, "not UTF-8");
        take(text, path, line);
    }
    if (ferror(file)) {
        perror(path);
        exit(1);
    }
    fclose(file);
}

static int compare_words(const void *left, const void *right)
{
    const struct word *a = left, *b = right;
    size_t len = a->len < b->len ? a->len : b->len;
    int order = memcmp(letters.data + a->at, letters.data + b->at, len);

    return order ? order : a->len - b->len;
}

/* --- the automaton --- */

/* A node on the path of the last word: edges not yet stored. */
struct open_node {
    uint32_t edges[LETTERS];
    size_t count;
};

static size_t slot_of(const struct open_node *node)
{
    uint32_t sum = 2166136261U;

    for (size_t i = 0; i < node->count; i++)
        sum = (sum ^ node->edges[i]) * 16777619U;
    return (sum ^ sum >> 15) % HASH_SIZE;
}

static bool is_stored(const struct open_node *node, uint32_t at)
{
    return memcmp(edges + at, node->edges, node->count * sizeof *edges) == 0;
}

/* Stores a node, unless an equal one is there; the index of its first edge. Empties it. */
static uint32_t store(struct open_node *node)
{
    size_t slot;

    if (node->count == 0)
        return 0;
    node->edges[node->count - 1] |= EDGE_LAST;
    slot = slot_of(node);
    while (hash[slot] != 0 && !is_stored(node, hash[slot]))
        slot = (slot + 1) % HASH_SIZE;
    if (hash[slot] == 0) {
        hash[slot] = (uint32_t)edge_count;
        for (size_t i = 0; i < node->count; i++) {
            edges = grow(edges, edge_count + LETTERS, &edge_room, sizeof *edges);
            edges[edge_count++] = node->edges[i];
        }
    }
    node->count = 0;
    return hash[slot];
}

/* Words come sorted, so what is open beyond the letters shared with the next one is finished. */
static void close_nodes(struct open_node *path, size_t *depth, size_t shared)
{
    for (; *depth > shared; (*depth)--) {
        struct open_node *above = &path[*depth - 1];
        uint32_t at = store(&path[*depth]);

        above->edges[above->count - 1] |= at << EDGE_SHIFT;
    }
}

static uint32_t build(void)
{
    static struct open_node path[WORD_MAX + 1];
    const char *last = "";
    size_t depth = 0;

    for (size_t i = 0; i < word_count; i++) {
        const char *text = letters.data + words[i].at;
        size_t len = words[i].len, shared = 0;

        while (shared < depth && shared < len && text[shared] == last[shared])
            shared++;
        close_nodes(path, &depth, shared);
        for (; depth < len; depth++)
            path[depth].edges[path[depth].count++] = (uint32_t)text[depth];
        path[len - 1].edges[path[len - 1].count - 1] |= EDGE_FINAL;
        last = text;
    }
    close_nodes(path, &depth, 0);
    return store(&path[0]);
}

static void write_table(uint32_t root)
{
    printf("/* made by ops/ordinary.c */\n#include <stdint.h>\n#define ORDINARY_ROOT %uU\n"
           "static const uint32_t ordinary_edges[] = {",
           (unsigned)root);
    for (size_t i = 0; i < edge_count; i++)
        printf("%s%u,", i % 16 == 0 ? "\n" : "", (unsigned)edges[i]);
    puts("\n};");
}

int main(int argc, char **argv)
{
    uint32_t root;

    if (argc != 3) {
        fputs("usage: ordinary RU.aff RU.dic\n", stderr);
        return 2;
    }
    hash = had(calloc(HASH_SIZE, sizeof *hash));
    edges = grow(edges, 0, &edge_room, sizeof *edges);
    edges[edge_count++] = 0; /* no node begins at 0 */
    read_lines(argv[1], take_rules_line);
    read_lines(argv[2], take_word_line);
    if (buffer_failed(&letters) || letters.len > UINT32_MAX || word_count == 0) {
        fputs("ordinary: no words, or too many\n", stderr);
        return 1;
    }
    qsort(words, word_count, sizeof *words, compare_words);
    root = build();
    write_table(root);
    fprintf(stderr, "ordinary: %zu forms, %zu edges\n", word_count, edge_count);
    free(rules);
    free(words);
    free(edges);
    free(hash);
    buffer_free(&letters);
    return fflush(stdout) == 0 ? 0 : 1;
}
