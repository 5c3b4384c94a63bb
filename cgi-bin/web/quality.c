/*
 * quality.c: the walker of weighted lists. No allocation, no copy, no locale; one pass over bytes
 * that anybody may have sent.
 */
#include "web/quality.h"
#include <string.h>
#include <strings.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(const char **start, const char **end)
{
    while (*start < *end && is_space(**start))
        (*start)++;
    while (*end > *start && is_space((*end)[-1]))
        (*end)--;
}

/* Where the piece that starts at text ends: at the separator, outside quoted strings. */
static const char *piece_end(const char *text, const char *end, char separator)
{
    bool quoted = false;

    for (; text < end && (quoted || *text != separator); text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (quoted && *text == '\\' && text + 1 < end)
            text++;
    }
    return text;
}

/* qvalue: "0" or "1" with up to three decimals. strtod would take "1e-3", "nan" and a locale's
 * comma. */
static double weight_of(const char *text, size_t len)
{
    double weight;
    double step = 0.1;

    if (len < 1 || len > 5 || (text[0] != '0' && text[0] != '1') || (len > 1 && text[1] != '.'))
        return 0;
    weight = text[0] - '0';
    for (size_t i = 2; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        weight += step * (text[i] - '0');
        step /= 10;
    }
    return weight > 1 ? 0 : weight;
}

/* Looks for q= among the parameters from..end; other parameters do not change what we would send.
 */
static double read_weight(const char *from, const char *end)
{
    while (from < end) {
        const char *start = from + 1; /* behind the ';' */
        const char *stop = piece_end(start, end, ';');

        from = stop;
        trim(&start, &stop);
        if (stop - start >= 2 && (start[0] == 'q' || start[0] == 'Q') && start[1] == '=')
            return weight_of(start + 2, (size_t)(stop - start) - 2);
    }
    return 1;
}

bool quality_next(const char **cursor, struct quality *item)
{
    while (**cursor != '\0') {
        const char *start = *cursor;
        const char *end = piece_end(start, start + strlen(start), ',');
        const char *name_end = piece_end(start, end, ';');
        const char *parameters = name_end;

        *cursor = *end == ',' ? end + 1 : end;
        trim(&start, &name_end);
        if (start == name_end)
            continue;
        item->text = start;
        item->len = (size_t)(name_end - start);
        item->weight = read_weight(parameters, end);
        return true;
    }
    return false;
}

bool quality_is(const struct quality *item, const char *word)
{
    return strlen(word) == item->len && strncasecmp(item->text, word, item->len) == 0;
}
