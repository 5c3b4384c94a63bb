/*
 * fuzz_cookie.c: any bytes as a Cookie field. What is read from it is a list that writes a cookie
 * which reads the same, and taking in and out keeps the list's rules.
 */
#include "fuzz.h"
#include "web/remember.h"

static void judge(const char *list)
{
    size_t count = *list != '\0';

    if (strspn(list, "abcdefghijklmnopqrstuvwxyz-.") != strlen(list))
        abort();
    for (const char *dot = strchr(list, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
        count++;
    if (count > REMEMBER_MAX || strlen(list) >= REMEMBER_SIZE)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *field = fuzz_text(data, size);
    char list[REMEMBER_SIZE], again[REMEMBER_SIZE], value[200];

    remember_read(field, list);
    judge(list);
    remember_write(value, sizeof value, list, (size & 1) != 0);
    if (strpbrk(value, "\r\n") != NULL)
        abort();
    value[strcspn(value, ";")] = '\0'; /* as a browser sends it back */
    remember_read(value, again);
    if (strcmp(list, again) != 0)
        abort();
    remember_add(list, "ru-alt");
    judge(list);
    if (!remember_has(list, "ru-alt"))
        abort();
    remember_drop(list, "ru-alt");
    judge(list);
    if (remember_has(list, "ru-alt"))
        abort();
    free(field);
    return 0;
}
