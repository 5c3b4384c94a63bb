/*
 * fold.c: how fast journals become counters. `fold write FOLDER COUNT` makes a journal of COUNT
 * views as a day brings them; `fold read FOLDER STORE` folds it and prints records, seconds,
 * records a second, and the most memory the process had, in KiB.
 *
 * The mix is a day of school portals': 83 regions and 60 articles, the large ones read most; one
 * view in ten a search among 3,000 queries, one in fifty a missing page, one in four with a
 * referrer out of 400 schools, one in five a robot's.
 */
#include "journal/journal.h"
#include "tally/collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MIDNIGHT 1795219200 /* 2026-11-21T00:00:00Z */
#define DAY      86400

static unsigned long seed = 1;

static unsigned below(unsigned n)
{
    seed = seed * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(seed >> 33) % n;
}

/* Small numbers come more often: a few regions have most of the readers. */
static unsigned skewed(unsigned n)
{
    return below(below(n) + 1);
}

static void make_event(struct event *event)
{
    unsigned choice = below(100);
    char id[64];

    snprintf(id, sizeof id, "%u", skewed(60));
    if (choice < 10) {
        snprintf(id, sizeof id, "школа %u", skewed(3000));
        event_set(event, EVENT_SEARCH, id);
        event->results = below(4) > 0;
    } else if (choice < 12) {
        snprintf(id, sizeof id, "/old/%u.php", skewed(3000));
        event_set(event, EVENT_MISSING, id);
    } else if (choice < 40) {
        event_set(event, choice < 25 ? EVENT_QUESTION : EVENT_GUIDE, id);
    } else {
        snprintf(id, sizeof id, "ru-%u", skewed(83));
        event_set(event, choice < 60 ? EVENT_DEPARTURE : EVENT_REGION, id);
    }
}

static void make_record(struct record *record, time_t when)
{
    *record = (struct record){.when = when, .client = CLIENT_PERSON, .language = "ru"};
    make_event(&record->event);
    if (below(5) == 0)
        record->client = CLIENT_ROBOT;
    if (below(4) == 0)
        snprintf(record->referrer, sizeof record->referrer, "school%u.example", skewed(400));
}

static int write_journal(const char *folder, long count)
{
    char path[512];
    struct buffer lines = BUFFER_INIT;
    struct record record;
    FILE *file;

    snprintf(path, sizeof path, "%s/bench-2026-11-21.log", folder);
    file = fopen(path, "w");
    if (file == NULL)
        return 1;
    for (long i = 0; i < count; i++) {
        make_record(&record, MIDNIGHT + (time_t)((double)i * DAY / (double)count));
        journal_format(&lines, &record);
        if (lines.len > 1 << 20 || i == count - 1) {
            fwrite(buffer_text(&lines), 1, lines.len, file);
            buffer_clear(&lines);
        }
    }
    buffer_free(&lines);
    return fclose(file) != 0;
}

static int read_journal(const char *folder, const char *store)
{
    struct collect_result result;
    struct timespec began, ended;
    struct rusage usage;
    double seconds;

    clock_gettime(CLOCK_MONOTONIC, &began);
    if (collect_run(
            &(struct collect_job){.journal = folder, .store = store, .timezone = "Europe/Moscow"},
            &result) != ERR_NONE)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    getrusage(RUSAGE_SELF, &usage);
    seconds = (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
    printf("%ld %.2f %.0f %ld\n", result.records, seconds, (double)result.records / seconds,
           usage.ru_maxrss);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "write") == 0)
        return write_journal(argv[2], atol(argv[3]));
    if (argc == 4 && strcmp(argv[1], "read") == 0)
        return read_journal(argv[2], argv[3]);
    fprintf(stderr, "usage: %s write FOLDER COUNT | read FOLDER STORE\n", argv[0]);
    return 2;
}
