/*
 * search_bench.c: how well and how fast search finds: a table by class of queries, and times of
 * single queries inside the process.
 *
 *   search_bench SNAPSHOT QUERIES.tsv [--failures | --only-times]
 *   search_bench SNAPSHOT --synthetic PLACES OUT     a copy of the snapshot with so many places
 * more, made up
 *
 * QUERIES.tsv: class, query, what must be found (isos or q/N, "|" between equals; "-": no region,
 * "0": nothing at all), rank allowed. Exit status 1 if a class is below its bar: 99 %, 95 % for
 * classes whose queries hold typing errors or are complaints, 100 % for what must find nothing.
 */
#include "base/log.h"
#include "directory/seal.h"
#include "directory/snapshot.h"
#include "search/find.h"
#include "search/index.h"
#include "search/stem.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CLASSES_MAX 100
#define LINE_SIZE   4096
#define SLOW        1000 /* microseconds: such queries are shown with --failures */

struct row {
    char *class_name, *query, *wanted;
    int rank;
};

struct tally {
    const char *name;
    size_t count, first, third, allowed;
};

/* Time of the processor: what others do on the machine is not ours. */
static double microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* --- reading --- */

static bool take_line(struct row *row, char *line)
{
    char *cells[4];

    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < 4; i++) {
        cells[i] = strsep(&line, "\t");
        if (cells[i] == NULL)
            return false;
    }
    if (cells[0][0] == '#')
        return false;
    *row = (struct row){strdup(cells[0]), strdup(cells[1]), strdup(cells[2]), atoi(cells[3])};
    return row->class_name != NULL && row->query != NULL && row->wanted != NULL && row->rank > 0;
}

static struct row *read_rows(const char *path, size_t *count)
{
    FILE *file = fopen(path, "r");
    struct row *rows = NULL;
    char line[LINE_SIZE];

    *count = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        struct row row;
        struct row *grown;

        if (!take_line(&row, line))
            continue;
        grown = reallocarray(rows, *count + 1, sizeof *rows);
        if (grown == NULL)
            break;
        rows = grown;
        rows[(*count)++] = row;
    }
    if (file != NULL)
        fclose(file);
    return rows;
}

/* --- judging --- */

static bool is_wanted(const char *wanted, const char *found)
{
    size_t len = strlen(found);

    for (const char *at = wanted; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, found, len) == 0 && (at[len] == '|' || !at[len]))
            return true;
        if (strchr(at, '|') == NULL)
            break;
    }
    return false;
}

/* Place of the first wanted thing among what was found, from 1; 0 if it is not there. */
static int rank_of(const json_t *document, const char *wanted)
{
    bool question = strncmp(wanted, "q/", 2) == 0;
    json_t *list = json_object_get(document, question ? "questions" : "regions"), *item;
    size_t i;

    json_array_foreach (list, i, item) {
        char name[32];

        if (question)
            snprintf(name, sizeof name, "q/%d",
                     (int)json_integer_value(json_object_get(item, "number")));
        else
            snprintf(name, sizeof name, "%s", json_string_value(json_object_get(item, "iso")));
        if (is_wanted(wanted, name))
            return (int)i + 1;
    }
    if (strcmp(wanted, "0") == 0)
        return json_array_size(list) + json_array_size(json_object_get(document, "guides")) +
                           json_array_size(json_object_get(document, "questions")) ==
                       0
                   ? 1
                   : 0;
    return strcmp(wanted, "-") == 0 && json_array_size(list) == 0 ? 1 : 0;
}

static void say_failure(const struct row *row, const json_t *document, int rank)
{
    json_t *item;
    size_t i;

    printf("  %s\t%s\t%s\trank %d:", row->class_name, row->query, row->wanted, rank);
    json_array_foreach (json_object_get(document, "regions"), i, item) {
        if (i < 4)
            printf(" %s(%s,%s)", json_string_value(json_object_get(item, "iso")),
                   json_string_value(json_object_get(item, "matched")),
                   json_string_value(json_object_get(item, "rule")));
    }
    json_array_foreach (json_object_get(document, "questions"), i, item) {
        if (i < 3)
            printf(" q/%d", (int)json_integer_value(json_object_get(item, "number")));
    }
    putchar('\n');
}

static struct tally *find_tally(struct tally *tallies, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(tallies[i].name, name) == 0)
            return &tallies[i];
    if (*count == CLASSES_MAX)
        return &tallies[CLASSES_MAX - 1];
    tallies[*count].name = name;
    return &tallies[(*count)++];
}

static double share(size_t part, size_t all)
{
    return all ? 100.0 * (double)part / (double)all : 0;
}

/* Share of a class that must be found, in percent. */
static double bar_of(const char *name)
{
    if (strncmp(name, "nothing", strlen("nothing")) == 0)
        return 100;
    return strstr(name, "typo") != NULL || strcmp(name, "problem") == 0 ? 95 : 99;
}

/* Prints the table; the number of classes below their bar. */
static int print_table(const struct tally *tallies, size_t count)
{
    struct tally sum = {.name = "all"};
    int below = 0;

    printf("%-18s %6s %8s %9s %8s\n", "class", "count", "first", "within 3", "allowed");
    for (size_t i = 0; i < count; i++) {
        const struct tally *tally = &tallies[i];
        double bar = bar_of(tally->name);
        bool low = share(tally->allowed, tally->count) < bar;

        printf("%-18s %6zu %7.1f%% %8.1f%% %7.1f%%%s\n", tally->name, tally->count,
               share(tally->first, tally->count), share(tally->third, tally->count),
               share(tally->allowed, tally->count), low ? "  BELOW" : "");
        below += low;
        sum.count += tally->count;
        sum.first += tally->first;
        sum.third += tally->third;
        sum.allowed += tally->allowed;
    }
    printf("%-18s %6zu %7.1f%% %8.1f%% %7.1f%%\n", sum.name, sum.count, share(sum.first, sum.count),
           share(sum.third, sum.count), share(sum.allowed, sum.count));
    return below;
}

/* --- times --- */

static int compare_times(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return a < b ? -1 : a > b;
}

static void print_times(double *times, size_t count)
{
    if (count == 0)
        return;
    qsort(times, count, sizeof *times, compare_times);
    printf("processor time of a query: median %.0f us, p90 %.0f us, p99 %.0f us, longest %.0f us\n",
           times[count / 2], times[count * 9 / 10], times[count * 99 / 100], times[count - 1]);
}

/* --- all of it --- */

static enum err ask(struct directory *directory, const char *query, json_t **out, double *time)
{
    const struct search_request request = {query, strlen(query), false, NULL};
    double start = microseconds();
    enum err err = directory_search(directory, &request, out);

    *time = microseconds() - start;
    return err;
}

static int run(struct directory *directory, const struct row *rows, size_t count, bool failures,
               bool only_times)
{
    static struct tally tallies[CLASSES_MAX];
    size_t classes = 0;
    double *times = calloc(count + 1, sizeof *times), first;
    json_t *document = NULL;
    int below;

    if (times == NULL || ask(directory, "x", &document, &first) != ERR_NONE)
        return 2;
    json_decref(document);
    for (size_t i = 0; i < count; i++) {
        struct tally *tally;
        int rank;

        if (ask(directory, rows[i].query, &document, &times[i]) != ERR_NONE)
            return 2;
        tally = find_tally(tallies, &classes, rows[i].class_name);
        rank = rank_of(document, rows[i].wanted);
        tally->count++;
        tally->first += rank == 1;
        tally->third += rank >= 1 && rank <= 3;
        tally->allowed += rank >= 1 && rank <= rows[i].rank;
        if (failures && times[i] > SLOW)
            printf("  slow\t%.0f us\t%s\n", times[i], rows[i].query);
        if (failures && (rank < 1 || rank > rows[i].rank))
            say_failure(&rows[i], document, rank);
        json_decref(document);
    }
    below = only_times ? 0 : print_table(tallies, classes);
    printf("first query of a worker, with reading the index: %.1f ms\n", first / 1e3);
    print_times(times, count);
    free(times);
    return below > 0;
}

/* --- a larger country --- */

/* The same sequence each time. */
static unsigned next_random(unsigned limit)
{
    static unsigned state = 20261121;

    state = state * 1103515245U + 12345U;
    return (state >> 8) % limit;
}

/* «Нижняя Тамаровка»: syllables that Russian names are made of. */
static void make_name(char *out, size_t size)
{
    static const char *const first[] = {"Ба", "Ве", "Го", "Да", "Зе", "Ка", "Ло", "Ма", "Но",
                                        "Пе", "Ра", "Со", "Та", "Ух", "Че", "Ши", "Юр", "Ял"};
    static const char *const middle[] = {"ба", "ве", "га", "дро", "жи", "зо", "кла", "ли", "мо",
                                         "на", "пе", "ра", "сту", "ти", "ха", "чи",  "шу", "ря"};
    static const char *const last[] = {"ск", "во",   "но",  "ка",  "вка", "вск",
                                       "нь", "рода", "жье", "нец", "лы",  "чи"};
    static const char *const before[] = {"Нижняя ", "Верхний ", "Новое ",
                                         "Старый ", "Большая ", "Малый "};

    snprintf(out, size, "%s%s%s%s%s", next_random(8) == 0 ? before[next_random(6)] : "",
             first[next_random(18)], middle[next_random(18)],
             next_random(3) ? middle[next_random(18)] : "", last[next_random(12)]);
}

static const char clear_sql[] = "DELETE FROM search_name; DELETE FROM search_word; DELETE FROM "
                                "search_host; DROP TABLE search_text;";

static bool add_places(sqlite3 *db, long count)
{
    sqlite3_stmt *statement = NULL;
    bool fine = sqlite3_prepare_v2(
                    db,
                    "INSERT OR IGNORE INTO place (name, region, population, latitude, longitude)"
                    " SELECT ?1, iso, ?2, 55, 55 FROM region WHERE position = ?3",
                    -1, &statement, NULL) == SQLITE_OK;

    for (long i = 0; i < count && fine; i++) {
        char name[100];

        make_name(name, sizeof name);
        sqlite3_bind_text(statement, 1, name, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int(statement, 2, (int)next_random(20000));
        sqlite3_bind_int(statement, 3, (int)next_random(83) + 1);
        fine = sqlite3_step(statement) == SQLITE_DONE;
        i -= sqlite3_changes(db) == 0; /* that name is there already: another one */
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return fine;
}

static int make_synthetic(const char *snapshot, long count, const char *out)
{
    sqlite3 *db = NULL;
    char copy[LINE_SIZE], identity[DIGEST_HEX_SIZE];
    bool fine;

    remove(out);
    snprintf(copy, sizeof copy, "VACUUM INTO '%s'", out);
    fine = sqlite3_open(snapshot, &db) == SQLITE_OK && search_stem_register(db) == ERR_NONE &&
           sqlite3_exec(db, copy, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    db = NULL;
    fine = fine && sqlite3_open(out, &db) == SQLITE_OK && search_stem_register(db) == ERR_NONE &&
           sqlite3_exec(db, "PRAGMA synchronous = OFF; BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_exec(db, clear_sql, NULL, NULL, NULL) == SQLITE_OK && add_places(db, count) &&
           search_index_build(db) == ERR_NONE &&
           sqlite3_exec(db, "COMMIT; VACUUM", NULL, NULL, NULL) == SQLITE_OK &&
           seal_write(db, identity) == ERR_NONE;
    if (!fine)
        fprintf(stderr, "search_bench: %s: %s\n", out,
                db != NULL ? sqlite3_errmsg(db) : "cannot be made");
    sqlite3_close(db);
    return fine ? 0 : 2;
}

int main(int argc, char **argv)
{
    struct directory *directory = NULL;
    size_t count;
    bool failures;
    bool only_times;
    struct row *rows;
    int status;

    log_program("search_bench");
    if (argc == 5 && strcmp(argv[2], "--synthetic") == 0)
        return make_synthetic(argv[1], atol(argv[3]), argv[4]);
    if (argc < 3) {
        fputs("usage: search_bench SNAPSHOT QUERIES.tsv [--failures | --only-times], or SNAPSHOT "
              "--synthetic PLACES OUT\n",
              stderr);
        return 2;
    }
    failures = argc > 3 && strcmp(argv[3], "--failures") == 0;
    only_times = argc > 3 && strcmp(argv[3], "--only-times") == 0;
    rows = read_rows(argv[2], &count);
    if (count == 0 || directory_open(&directory, argv[1], "https://vhod.example") != ERR_NONE) {
        fputs("search_bench: no queries, or no snapshot: make it by vhod publish\n", stderr);
        return 2;
    }
    status = run(directory, rows, count, failures, only_times);
    for (size_t i = 0; i < count; i++) {
        free(rows[i].class_name);
        free(rows[i].query);
        free(rows[i].wanted);
    }
    free(rows);
    directory_close(directory);
    return status;
}
