/*
 * remember.c: the list of remembered regions as text and as a cookie. Contract in remember.h.
 */
#include "web/remember.h"
#include <stdio.h>
#include <string.h>

#define COOKIE       "regions"
#define YEAR_SECONDS 31536000L

/* True for "ru-" and two or three lower-case letters: the shape of ISO 3166-2:RU codes. */
static bool is_iso(const char *text, size_t len)
{
    return len >= 5 && len <= 6 && memcmp(text, "ru-", 3) == 0 &&
           strspn(text + 3, "abcdefghijklmnopqrstuvwxyz") >= len - 3;
}

/* Where the item that equals iso begins in list, or NULL. */
static const char *find(const char *list, const char *iso, size_t len)
{
    for (const char *at = list; *at;) {
        size_t item = strcspn(at, ".");

        if (item == len && memcmp(at, iso, len) == 0)
            return at;
        at += item + (at[item] == '.');
    }
    return NULL;
}

static size_t count(const char *list)
{
    size_t items = *list != '\0';

    for (const char *at = list; (at = strchr(at, '.')) != NULL; at++)
        items++;
    return items;
}

/* Appends one item; the caller has made room. */
static void append(char *list, const char *iso, size_t len)
{
    size_t used = strlen(list);

    if (used > 0)
        list[used++] = '.';
    memcpy(list + used, iso, len);
    list[used + len] = '\0';
}

/* Takes the items of a cookie's value that are codes, each once, as many as fit. */
static void take(const char *value, size_t size, char *list)
{
    const char *end = value + size;

    while (value < end && count(list) < REMEMBER_MAX) {
        const char *dot = memchr(value, '.', (size_t)(end - value));
        size_t len = (size_t)((dot != NULL ? dot : end) - value);

        if (is_iso(value, len) && find(list, value, len) == NULL)
            append(list, value, len);
        value += len + 1;
    }
}

void remember_read(const char *cookie_field, char list[static REMEMBER_SIZE])
{
    const char *at = cookie_field != NULL ? cookie_field : "";

    list[0] = '\0';
    while (*at) {
        size_t len;

        at += strspn(at, " ;");
        len = strcspn(at, ";");
        if (strncmp(at, COOKIE "=", sizeof COOKIE) == 0)
            take(at + sizeof COOKIE, len - sizeof COOKIE, list);
        at += len;
    }
}

bool remember_has(const char *list, const char *iso)
{
    return find(list, iso, strlen(iso)) != NULL;
}

void remember_drop(char list[static REMEMBER_SIZE], const char *iso)
{
    size_t len = strlen(iso);
    const char *at = find(list, iso, len);
    char *from;

    if (at == NULL)
        return;
    from = list + (at - list);
    if (from[len] == '.')
        memmove(from, from + len + 1, strlen(from + len + 1) + 1);
    else
        from[from > list ? -1 : 0] = '\0'; /* the last one goes with the dot before it */
}

void remember_add(char list[static REMEMBER_SIZE], const char *iso)
{
    char fresh[REMEMBER_SIZE] = "";

    if (!is_iso(iso, strlen(iso)))
        return;
    append(fresh, iso, strlen(iso));
    remember_drop(list, iso);
    take(list, strlen(list), fresh);
    memcpy(list, fresh, sizeof fresh);
}

void remember_write(char *out, size_t size, const char *list, bool https)
{
    snprintf(out, size, COOKIE "=%s; Path=/; Max-Age=%ld; SameSite=Lax; HttpOnly%s", list,
             *list ? YEAR_SECONDS : 0L, https ? "; Secure" : "");
}
