/*
 * wall.c: the table of robot walls. Contract in wall.h. A mark is found anywhere in its place,
 * whatever the case of Latin letters; Russian ones are written as the walls write them.
 */
#include "probe/wall.h"
#include <string.h>

static const char *const headers[] = {
    "cf-mitigated: challenge",    "x-sucuri-block",        "x-amzn-waf-action: challenge",
    "x-amzn-waf-action: captcha", "x-datadome: protected", "x-yandex-captcha",
};

static const char *const titles[] = {
    "just a moment",     "attention required! | cloudflare",
    "ddos-guard",        "checking your browser",
    "captcha",           "are you a robot",
    "access denied",     "один момент",
    "проверка браузера", "Проверка браузера",
    "Вы не робот",       "вы не робот",
    "защита от роботов", "Защита от DDoS",
    "Доступ ограничен",  "доступ ограничен",
    "Доступ запрещ",     "доступ запрещ",
};

static const char *const addresses[] = {"/showcaptcha", "/captcha", "/.well-known/ddos-guard/",
                                        "/cdn-cgi/challenge"};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool holds(const char *text, size_t len, const char *mark)
{
    size_t mark_len = strlen(mark);

    for (size_t at = 0; at + mark_len <= len; at++) {
        size_t same = 0;

        while (same < mark_len && lower(text[at + same]) == lower(mark[same]))
            same++;
        if (same == mark_len)
            return true;
    }
    return false;
}

static bool holds_any(const char *text, size_t len, const char *const *marks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (holds(text, len, marks[i]))
            return true;
    return false;
}

bool wall_in_header(const char *line, size_t len)
{
    return holds_any(line, len, headers, sizeof headers / sizeof headers[0]);
}

bool wall_in_title(const char *title)
{
    return holds_any(title, strlen(title), titles, sizeof titles / sizeof titles[0]);
}

bool wall_in_address(const char *url)
{
    return holds_any(url, strlen(url), addresses, sizeof addresses / sizeof addresses[0]);
}
