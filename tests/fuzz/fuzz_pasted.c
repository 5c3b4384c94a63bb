/*
 * fuzz_pasted.c: any bytes as what somebody pasted to have it judged. The one rule that must never
 * break: "current" and "federal" only for an address whose host is on the list.
 */
#include "address/pasted.h"
#include "address/verdict.h"
#include "base/utf8.h"
#include "fuzz.h"

static const struct check_known known[] = {
    {"https://netschool.edu22.info/", "ru-alt", CHECK_CURRENT},
    {"https://dnevnik.mos.ru:444/login", "ru-mow", CHECK_CURRENT},
    {"https://школа.рф/", "ru-ta", CHECK_CURRENT},
    {"https://www.gosuslugi.ru/", NULL, CHECK_FEDERAL},
    {"http://old.edu22.info/", "ru-alt", CHECK_FORMER},
};

#define KNOWN (sizeof known / sizeof known[0])

/* With www. and without is one site, whichever stands in the list. */
static bool is_listed(const char *host)
{
    static const char *const hosts[] = {"netschool.edu22.info", "dnevnik.mos.ru:444",
                                        "xn--80atdl2c.xn--p1ai", "gosuslugi.ru"};

    host += strncmp(host, "www.", 4) == 0 ? 4 : 0;

    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        if (strcmp(hosts[i], host) == 0)
            return true;
    return false;
}

static void judge(const struct check_result *result)
{
    if ((result->verdict == CHECK_CURRENT || result->verdict == CHECK_FEDERAL) &&
        (!is_listed(buffer_text(&result->ascii)) || result->has_user || result->several ||
         result->match_count == 0))
        abort();
    for (size_t i = 0; i < result->match_count; i++)
        if (result->matches[i] >= KNOWN)
            abort();
    if (!utf8_clean(buffer_text(&result->host), result->host.len) ||
        !utf8_clean(buffer_text(&result->ascii), result->ascii.len))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct check_list *list;
    struct check_result result = {.verdict = CHECK_UNKNOWN};
    struct pasted pasted = {.schemed = false};

    if (list == NULL && check_list_new(&list, known, KNOWN) != ERR_NONE)
        abort();
    if (check_address(list, (const char *)data, size, &result) != ERR_NONE)
        abort();
    judge(&result);
    check_result_free(&result);
    if (pasted_find(&pasted, (const char *)data, size) == ERR_NONE &&
        !utf8_clean(buffer_text(&pasted.address), pasted.address.len))
        abort();
    pasted_free(&pasted);
    return 0;
}
