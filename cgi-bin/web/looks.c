/*
 * looks.c: the reader's choice of colours and size as words and as a cookie. Contract in looks.h.
 */
#include "web/looks.h"
#include <stdio.h>
#include <string.h>

#define COOKIE       "look"
#define YEAR_SECONDS 31536000L

static const char *const themes[] = {"light", "dark", NULL};
static const char *const sizes[] = {"large", "huge", NULL};

/* Copies the word of the list that the text, len bytes, is; false if it is none. */
static bool take(char out[static LOOKS_WORD_SIZE], const char *const *words, const char *text,
                 size_t len)
{
    for (; *words != NULL; words++)
        if (strlen(*words) == len && memcmp(*words, text, len) == 0) {
            memcpy(out, *words, len + 1);
            return true;
        }
    return false;
}

/* NULL leaves the choice, "" takes it back. */
static bool choose(char out[static LOOKS_WORD_SIZE], const char *const *words, const char *text)
{
    if (text == NULL)
        return true;
    if (*text == '\0') {
        out[0] = '\0';
        return true;
    }
    return take(out, words, text, strlen(text));
}

bool looks_set(struct looks *looks, const char *theme, const char *size)
{
    struct looks fresh = *looks;

    if (!choose(fresh.theme, themes, theme) || !choose(fresh.size, sizes, size))
        return false;
    *looks = fresh;
    return true;
}

bool looks_chosen(const struct looks *looks)
{
    return looks->theme[0] != '\0' || looks->size[0] != '\0';
}

void looks_text(const struct looks *looks, char out[static LOOKS_TEXT_SIZE])
{
    bool both = looks->theme[0] != '\0' && looks->size[0] != '\0';

    snprintf(out, LOOKS_TEXT_SIZE, "%.*s%s%.*s", LOOKS_WORD_SIZE - 1, looks->theme, both ? "." : "",
             LOOKS_WORD_SIZE - 1, looks->size);
}

static void read_words(const char *value, size_t size, struct looks *looks)
{
    const char *end = value + size;

    while (value < end) {
        const char *dot = memchr(value, '.', (size_t)(end - value));
        size_t len = (size_t)((dot != NULL ? dot : end) - value);

        if (!take(looks->theme, themes, value, len))
            (void)take(looks->size, sizes, value, len);
        value += len + 1;
    }
}

void looks_read(const char *cookie_field, struct looks *looks)
{
    const char *at = cookie_field != NULL ? cookie_field : "";

    memset(looks, 0, sizeof *looks);
    while (*at != '\0') {
        size_t len;

        at += strspn(at, " ;");
        len = strcspn(at, ";");
        if (strncmp(at, COOKIE "=", sizeof COOKIE) == 0)
            read_words(at + sizeof COOKIE, len - sizeof COOKIE, looks);
        at += len;
    }
}

void looks_write(char *out, size_t size, const struct looks *looks, bool https)
{
    char text[LOOKS_TEXT_SIZE];

    looks_text(looks, text);
    snprintf(out, size, COOKIE "=%s; Path=/; Max-Age=%ld; SameSite=Lax%s", text,
             *text != '\0' ? YEAR_SECONDS : 0L, https ? "; Secure" : "");
}
