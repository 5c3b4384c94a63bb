/*
 * fuzz_article.c: any bytes as a Markdown file; the first one says whether it is a guide's or a
 * question's. What is taken without a fault has HTML of few elements, whose links are those that
 * the format allows, and valid UTF-8 everywhere.
 */
#include "base/utf8.h"
#include "content/article.h"
#include "fuzz.h"

/* What Markdown and the format make; nothing else may stand after '<'. */
static const char *const elements[] = {
    "p",          "ul", "ol",  "li",   "a",   "strong", "em",    "code",  "pre",
    "blockquote", "h3", "h4",  "hr",   "br",  "table",  "thead", "tbody", "tr",
    "th",         "td", "del", "mark", "sup", "sub",    "span",  "q",
};

static bool is_element(const char *at)
{
    size_t len;

    at += *at == '/';
    len = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789");
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (strlen(elements[i]) == len && strncmp(elements[i], at, len) == 0)
            return at[len] == '>' || at[len] == ' ' || at[len] == '/';
    return false;
}

static bool is_link(const char *at)
{
    return strncmp(at, "https:", 6) == 0 || strncmp(at, "mailto:", 7) == 0 ||
           strncmp(at, "tel:", 4) == 0 || (at[0] == '/' && at[1] != '/' && at[1] != '\\');
}

static void judge(const char *html)
{
    if (html == NULL)
        return;
    if (!utf8_valid(html, strlen(html)))
        abort();
    for (const char *at = strchr(html, '<'); at != NULL; at = strchr(at + 1, '<')) {
        const char *end = strchr(at, '>'), *href = strstr(at, "href=\"");

        if (!is_element(at + 1) || end == NULL || memmem(at, (size_t)(end - at), " on", 3) != NULL)
            abort();
        if (href != NULL && href < end && !is_link(href + 6))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct article article = {.path = NULL};
    struct faults *faults = NULL;
    bool question = size > 0 && (data[0] & 1) != 0;

    if (size == 0 || faults_new(&faults) != ERR_NONE)
        return 0;
    if (article_load(&article, fuzz_file(data + 1, size - 1), question ? "17-age" : "epos-link",
                     question, faults) == ERR_NONE) {
        judge(article.html);
        for (size_t i = 0; i < article.part_count; i++)
            judge(article.parts[i].html);
    } else if (faults_count(faults) == 0) {
        abort(); /* refused without a word */
    }
    article_free(&article);
    faults_free(faults);
    return 0;
}
