/*
 * links.c: do links within the site lead somewhere? Contract in links.h.
 */
#include "content/links.h"
#include "base/ini.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool links_article_lives(const struct content *content, const char *id)
{
    const struct article *article = content_article(content, id);

    return article != NULL && (article->broken || article->head.values[HEAD_RETIRED].text == NULL);
}

static bool leads_to_region(const struct content *content, const char *id, const char *fragment)
{
    (void)fragment;
    return content_region(content, id) != NULL;
}

/* A fragment must be one of the parts: "step-2", "part-2". */
static bool leads_to_part(const struct article *article, const char *word, const char *fragment)
{
    size_t len = strlen(word);
    long number;

    return article->broken || fragment == NULL ||
           (strncmp(fragment, word, len) == 0 &&
            ini_parse_int(fragment + len, 1, (long)article->part_count, &number));
}

static bool leads_to_question(const struct content *content, const char *number,
                              const char *fragment)
{
    char id[16];

    if (strlen(number) > 4)
        return false;
    snprintf(id, sizeof id, "q/%.4s", number);
    return links_article_lives(content, id) &&
           leads_to_part(content_article(content, id), "part-", fragment);
}

static bool leads_to_guide(const struct content *content, const char *id, const char *fragment)
{
    const struct article *guide = content_article(content, id);

    return guide != NULL && !guide->question && links_article_lives(content, id) &&
           leads_to_part(guide, "step-", fragment);
}

static bool is_page(const char *path)
{
    static const char *const pages[] = {"/",       "/regions", "/guides", "/questions", "/check",
                                        "/search", "/changes", "/desk",   "/about"};

    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(pages[i], path) == 0)
            return true;
    }
    return false;
}

static bool leads_to_own_page(const struct content *content, const char *rest, const char *fragment)
{
    for (size_t i = 0; i < content->page_count; i++) {
        const struct article *page = &content->pages[i];

        if (page->id != NULL && strcmp(page->id, rest) == 0)
            return fragment == NULL;
    }
    return false;
}

static bool leads_somewhere(const struct content *content, const char *path, const char *fragment)
{
    static const struct {
        const char *prefix;
        bool (*leads)(const struct content *content, const char *rest, const char *fragment);
    } kinds[] = {{"/region/", leads_to_region},
                 {"/go/", leads_to_region},
                 {"/q/", leads_to_question},
                 {"/guide/", leads_to_guide},
                 {"/page/", leads_to_own_page}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t len = strlen(kinds[i].prefix);

        if (strncmp(path, kinds[i].prefix, len) == 0)
            return kinds[i].leads(content, path + len, fragment);
    }
    return is_page(path);
}

enum err links_check(const struct content *content, const struct article *article,
                     struct faults *faults)
{
    for (size_t i = 0; i < article->link_count; i++) {
        const struct article_link *link = &article->links[i];
        char *path = strdup(link->target);
        char *fragment;

        if (path == NULL)
            return ERR_MEMORY;
        fragment = strchr(path, '#');
        if (fragment != NULL)
            *fragment++ = '\0';
        path[strcspn(path, "?")] = '\0';
        if (!leads_somewhere(content, path, fragment))
            faults_add(faults, article->path, link->line, NULL, NULL,
                       "link \"%s\" leads nowhere in this site, or to a retired article",
                       link->target);
        free(path);
    }
    return ERR_NONE;
}
