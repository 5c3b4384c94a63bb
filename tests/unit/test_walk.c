/*
 * The walk: every region of data/ times every article and every part of it. Nothing that is for one
 * portal may count as applying where that portal is not, and what an article says to everybody must
 * be true there: its short answer names no portal of somebody else's.
 *
 * The view of the snapshot (directory/schema.sql) decides what readers get; it is held against
 * content/limits.c, which judges the same before a publish, and against the addresses themselves.
 */
#include "base/buffer.h"
#include "content/content.h"
#include "content/limits.h"
#include "content/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "content_kit.h"

#define REGIONS_MAX  90
#define ARTICLES_MAX 200
#define PARTS_MAX    64 /* with the article itself as part 0 */

static struct content content;
static sqlite3 *db;

static int read_view(void);

static int publish_data(void **state)
{
    struct faults *faults = NULL;
    char *snapshot = NULL;
    int result = -1;

    (void)state;
    strcpy(folder, "/tmp/vhod-walk-XXXXXX");
    if (mkdtemp(folder) == NULL || asprintf(&snapshot, "%s/directory.db", folder) < 0)
        return -1;
    if (faults_new(&faults) == ERR_NONE &&
        content_publish("data", snapshot, faults, NULL) == ERR_NONE &&
        content_read(&content, "data", faults) == ERR_NONE && faults_count(faults) == 0 &&
        sqlite3_open_v2(snapshot, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        result = read_view();
    faults_print(faults, stderr);
    faults_free(faults);
    free(snapshot);
    return result;
}

static int forget_data(void **state)
{
    sqlite3_close(db);
    content_free(&content);
    return remove_folder(state);
}

/* What the view says, by region, article and part; -1: nothing. */
static signed char view[REGIONS_MAX][ARTICLES_MAX][PARTS_MAX];

static size_t index_of_article(const char *id)
{
    const struct article *article = content_article(&content, id);

    return article != NULL ? (size_t)(article - content.articles) : ARTICLES_MAX;
}

static size_t index_of_region(const char *iso)
{
    const struct source_region *region = content_region(&content, iso);

    return region != NULL ? (size_t)(region - content.regions) : REGIONS_MAX;
}

static int read_view(void)
{
    static const char sql[] = "SELECT region, article, part, applies FROM article_part_applies";
    sqlite3_stmt *statement = NULL;

    memset(view, -1, sizeof view);
    if (content.region_count > REGIONS_MAX || content.article_count > ARTICLES_MAX ||
        sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return -1;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        size_t region = index_of_region((const char *)sqlite3_column_text(statement, 0));
        size_t article = index_of_article((const char *)sqlite3_column_text(statement, 1));
        size_t part = (size_t)sqlite3_column_int64(statement, 2);

        if (region == REGIONS_MAX || article == ARTICLES_MAX || part >= PARTS_MAX)
            return -1;
        view[region][article][part] = (signed char)sqlite3_column_int(statement, 3);
    }
    return sqlite3_finalize(statement) == SQLITE_OK ? 0 : -1;
}

static int view_says(const struct article *article, size_t part, const struct source_region *region)
{
    return view[region - content.regions][article - content.articles][part];
}

static bool has_portal(const struct source_region *region, const char *portal)
{
    for (size_t i = 0; i < region->login_count; i++) {
        if (strcmp(region->logins[i].portal, portal) == 0)
            return true;
    }
    return false;
}

/* True if it is limited to portals, and the region has none of them. */
static bool is_foreign(const struct limits *limits, const struct source_region *region)
{
    for (size_t i = 0; i < limits->portals.count; i++) {
        const struct source_portal *portal = content_portal(&content, limits->portals.items[i]);

        assert_non_null(portal);
        if (portal->federal || has_portal(region, portal->id))
            return false;
    }
    return limits->portals.count > 0;
}

struct score {
    long walked, applying, misapplied, differing;
};

static void walk_part(struct score *score, const struct article *article, size_t number,
                      const struct source_region *region)
{
    const struct article_part *part = number > 0 ? &article->parts[number - 1] : NULL;
    int says = view_says(article, number, region);
    struct limits limits;

    assert_int_equal(limits_make(&limits, article, part), ERR_NONE);
    score->walked++;
    score->applying += says == 1;
    if (says != limits_apply(&limits, &content, region)) {
        print_error("%s part %zu in %s: the view says %d\n", article->id, number, region->iso,
                    says);
        score->differing++;
    }
    if (says == 1 && (is_foreign(&limits, region) ||
                      (limits.regions.count > 0 && !list_have(&limits.regions, region->iso)))) {
        print_error("%s part %zu applies in %s, whose portals are others\n", article->id, number,
                    region->iso);
        score->misapplied++;
    }
    limits_free(&limits);
}

static void test_everywhere(void **state)
{
    struct score score = {0, 0, 0, 0};

    (void)state;
    assert_int_equal(content.region_count, 83);
    for (size_t r = 0; r < content.region_count; r++) {
        for (size_t a = 0; a < content.article_count; a++) {
            for (size_t n = 0; n <= content.articles[a].part_count; n++)
                walk_part(&score, &content.articles[a], n, &content.regions[r]);
        }
    }
    print_message("%zu regions, %zu articles: %ld walked, %ld applying, %ld misapplied\n",
                  content.region_count, content.article_count, score.walked, score.applying,
                  score.misapplied);
    assert_int_equal(score.misapplied, 0);
    assert_int_equal(score.differing, 0);
    assert_true(score.applying > 0 && score.applying < score.walked);
}

/* What judges the names in one short answer. */
struct judging {
    const struct source_region *region;
    const struct article *article;
    size_t part;
    long *wrong;
};

/* True if the text says that it means to name the portal: «What is „Госуслуги Моя школа“?» */
static bool mentions(const struct head *head, const char *portal)
{
    struct words ids;
    bool have;

    assert_int_equal(list_split(&ids, head->values[HEAD_MENTIONS].text), ERR_NONE);
    have = list_have(&ids, portal);
    list_free(&ids);
    return have;
}

static void judge(void *context, const struct source_portal *portal, const char *at, size_t len,
                  int line)
{
    struct judging *judging = context;

    (void)line;
    if (portal->federal || has_portal(judging->region, portal->id) ||
        mentions(&judging->article->head, portal->id) ||
        (judging->part > 0 &&
         mentions(&judging->article->parts[judging->part - 1].head, portal->id)))
        return;
    print_error("%s part %zu in %s: the short answer names \"%.*s\"\n", judging->article->id,
                judging->part, judging->region->iso, (int)len, at);
    ++*judging->wrong;
}

/* The short answer that a region gets first: that of the first part that applies and has one, else
 * the article's. */
static const char *short_of(const struct article *article, const struct source_region *region,
                            size_t *part)
{
    for (size_t n = 1; n <= article->part_count; n++) {
        const char *text = article->parts[n - 1].head.values[HEAD_SHORT].text;

        *part = n;
        if (text != NULL && view_says(article, n, region) == 1)
            return text;
    }
    *part = 0;
    return article->head.values[HEAD_SHORT].text;
}

static void test_short_answers(void **state)
{
    struct names *names = NULL;
    long wrong = 0;

    (void)state;
    assert_int_equal(names_make(&names, &content), ERR_NONE);
    for (size_t r = 0; r < content.region_count; r++) {
        for (size_t a = 0; a < content.article_count; a++) {
            struct judging judging = {&content.regions[r], &content.articles[a], 0, &wrong};
            const char *text;

            if (view_says(judging.article, 0, judging.region) != 1)
                continue;
            text = short_of(judging.article, judging.region, &judging.part);
            assert_int_equal(names_find(names, text, strlen(text), 1, judge, &judging), ERR_NONE);
        }
    }
    names_free(names);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everywhere),
        cmocka_unit_test(test_short_answers),
    };

    return cmocka_run_group_tests(tests, publish_data, forget_data);
}
