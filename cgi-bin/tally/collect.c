/*
 * collect.c: folds journal files into the tally, a chunk of a file at a time. The counters of a
 * chunk and the position behind it are one transaction, so each record is counted once, whatever is
 * killed and whenever. It keeps nothing between runs; what it knows is in the tally.
 *
 * What it does with a file that is not as it was left:
 *   - another file of the same name (its first line differs): folded from its beginning;
 *   - the same file, shorter than its position (cut by hand, or put back from a backup): what is in
 * it was counted, so the position moves to its present end, and what is appended from now on
 * counts;
 *   - the last line has no end: left for later, because its writer may be at work, unless the
 * file's day is over and nobody wrote to it for STALE seconds: then it is torn, and counted as
 * dropped. Both of the first are logged.
 */
#include "tally/collect.h"

#include "base/civil.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "journal/journal.h"
#include "journal/recent.h"
#include "tally/period.h"
#include "tally/tally.h"
#include "tally/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK    (1 << 23) /* bytes folded in one transaction: some 180,000 records at most */
#define HEAD_MAX 1024      /* bytes of a first line that tell files apart; lines are shorter */
#define STALE    600       /* seconds */
#define SUFFIX   ".log"
#define SKEW     7 /* days between the clock and the newest journal that are believed */

struct collector {
    struct tally *tally;
    const char *folder;
    char *chunk; /* CHUNK bytes */
    long keep_days;
    time_t newest;  /* day of the newest file */
    time_t deleted; /* day of those deleted in this run; 0: none yet */
    bool doubted;   /* said that the clock is not believed */
    struct collect_result result;
    struct recent recent; /* fresh reports of what is committed */
};

/* One journal file while it is folded. */
struct source {
    const char *name; /* without folder */
    char *path;
    int fd;
    struct stat status;
    time_t day; /* its day's first second, UTC */
    struct tally_position position;
};

/* --- a file, and whether it is the one we know --- */

/* The day in "node-2026-11-21.log"; false for a name that is not a journal's. */
static bool day_of(const char *name, time_t *day)
{
    size_t len = strlen(name), tail = strlen("-2026-11-21" SUFFIX);
    char text[PERIOD_DATE_SIZE];

    if (len <= tail || name[len - tail] != '-')
        return false;
    memcpy(text, name + len - tail + 1, sizeof text - 1);
    text[sizeof text - 1] = '\0';
    if (!clock_is_date(text))
        return false;
    *day = (time_t)period_day(text) * DAY_SECONDS;
    return true;
}

static enum err trouble(const struct source *source, const char *doing)
{
    log_error("collect: cannot %s %s: %s", doing, source->path, strerror(errno));
    return ERR_SYSTEM;
}

static ssize_t read_at(const struct source *source, char *out, size_t size, int64_t from)
{
    ssize_t got;

    do
        got = pread(source->fd, out, size, (off_t)from);
    while (got < 0 && errno == EINTR);
    return got;
}

/* True if the file begins with what the position was taken for. A file that cannot be read is no
 * file that we know; reading it again will say so. */
static bool is_file(void *context, const struct tally_position *position)
{
    const struct source *source = context;
    char head[HEAD_MAX], digest[DIGEST_HEX_SIZE];
    ssize_t got;

    if (position->head_bytes <= 0 || position->head_bytes > HEAD_MAX)
        return false;
    got = read_at(source, head, (size_t)position->head_bytes, 0);
    if (got < 0)
        return false;
    digest_hex(head, (size_t)got, digest);
    return strcmp(digest, position->head_digest) == 0;
}

/* The position of a file that is folded for the first time: its first line tells it from others. */
static enum err start_position(struct source *source)
{
    char head[HEAD_MAX];
    ssize_t got = read_at(source, head, sizeof head, 0);
    const char *end;

    if (got < 0)
        return trouble(source, "read");
    end = memchr(head, '\n', (size_t)got);
    source->position.bytes = 0;
    source->position.head_bytes = end == NULL ? got : end - head + 1;
    digest_hex(head, (size_t)source->position.head_bytes, source->position.head_digest);
    return ERR_NONE;
}

/* Sets the position to where folding goes on, by the rules in the comment at the top. */
static enum err find_position(struct source *source, struct tally *tally)
{
    struct tally_position *position = &source->position;
    bool others = false;
    enum err err = tally_position(tally, source->name, is_file, source, position, &others);

    if (err != ERR_NONE || position->bytes > 0)
        return err;
    if (others)
        log_warning("collect: %s is another file than the one folded before; folding it from its "
                    "beginning",
                    source->path);
    return start_position(source);
}

/* --- folding --- */

/* True when nobody will go on writing to the file. */
static bool is_stale(const struct source *source)
{
    time_t now = clock_now();

    return now >= source->day + DAY_SECONDS + STALE && now >= source->status.st_mtime + STALE;
}

/* When a torn line was written is not known: the middle of the file's day, in UTC. */
static enum err add_dropped(struct collector *collector, const struct source *source, long count)
{
    if (count == 0)
        return ERR_NONE;
    collector->result.dropped += count;
    return tally_add_dropped(collector->tally, source->day + DAY_SECONDS / 2, count);
}

static enum err fold_line(struct collector *collector, const struct source *source,
                          const char *line, size_t len)
{
    struct record record;
    long lost;
    enum err err = journal_parse(&record, line, len, &lost);
    long dropped = journal_torn(line, len) + (err != ERR_NONE);

    if (err == ERR_NONE && lost > 0) {
        collector->result.dropped += lost;
        err = tally_add_dropped(collector->tally, record.when, lost);
    } else if (err == ERR_NONE) {
        collector->result.records++;
        err = tally_add(collector->tally, &record);
        if (err == ERR_NONE)
            err = recent_add(&collector->recent, &record, clock_now());
    } else {
        err = ERR_NONE; /* counted as dropped */
    }
    return err == ERR_NONE ? add_dropped(collector, source, dropped) : err;
}

/* Folds the whole lines of a chunk; *used is their length. A chunk without any line's end is used
 * up as a dropped one if it is full (no line is that long) or if its end will not come. */
static enum err fold_lines(struct collector *collector, const struct source *source, size_t len,
                           size_t *used)
{
    const char *line = collector->chunk, *limit = line + len, *end;
    enum err err = ERR_NONE;

    while (err == ERR_NONE && !tally_is_full(collector->tally) &&
           (end = memchr(line, '\n', (size_t)(limit - line))) != NULL) {
        err = fold_line(collector, source, line, (size_t)(end - line));
        line = end + 1;
    }
    *used = (size_t)(line - collector->chunk);
    if (err == ERR_NONE && *used == 0 && (len == CHUNK || (len > 0 && is_stale(source)))) {
        *used = len;
        err = add_dropped(collector, source, 1);
    }
    return err;
}

/* One transaction. *used is 0 when there is nothing (more) to fold now. */
static enum err fold_chunk(struct collector *collector, struct source *source, size_t *used)
{
    struct collect_result before = collector->result;
    struct tally_position next = source->position;
    int64_t left = source->status.st_size - next.bytes;
    ssize_t got =
        read_at(source, collector->chunk, left < CHUNK ? (size_t)left : CHUNK, next.bytes);
    enum err err, kept;

    *used = 0;
    if (got < 0)
        return trouble(source, "read");
    err = tally_begin(collector->tally);
    if (err == ERR_NONE)
        err = fold_lines(collector, source, (size_t)got, used);
    next.bytes += (int64_t)*used;
    if (err == ERR_NONE && *used > 0)
        err = tally_set_position(collector->tally, source->name, &source->position, &next);
    if (err == ERR_NONE && *used > 0)
        err = tally_commit(collector->tally);
    if (err != ERR_NONE)
        collector->result = before;
    kept = recent_keep(&collector->recent, err == ERR_NONE && *used > 0);
    if (kept != ERR_NONE)
        log_warning("collect: no memory for the fresh reports");
    if (err != ERR_NONE || *used == 0)
        tally_rollback(collector->tally);
    else
        source->position = next;
    /* The counts are safe; reports.json is not whole, and whoever asked must know. */
    return err == ERR_NONE ? kept : err;
}

/* The same file, with less in it than was folded. */
static enum err give_up_position(struct source *source, struct tally *tally)
{
    struct tally_position before = source->position;
    enum err err = tally_begin(tally);

    log_warning(
        "collect: %s has %lld bytes, and %lld were folded: was it cut or put back? Nothing in it "
        "is counted again; what is appended from now on is counted",
        source->path, (long long)source->status.st_size, (long long)source->position.bytes);
    source->position.bytes = source->status.st_size;
    if (err == ERR_NONE)
        err = tally_set_position(tally, source->name, &before, &source->position);
    if (err == ERR_NONE)
        err = tally_commit(tally);
    if (err != ERR_NONE)
        tally_rollback(tally);
    return err;
}

/* Makes what will be folded as durable as the position behind it will be: after a power failure the
 * file must not be shorter, or else new records would grow into what counts as folded. */
static enum err make_durable(const struct source *source)
{
    if (fdatasync(source->fd) == 0 || errno == EROFS || errno == EINVAL)
        return ERR_NONE;
    return trouble(source, "sync");
}

static enum err fold_file(struct collector *collector, struct source *source)
{
    size_t used = 1;
    enum err err = find_position(source, collector->tally);

    if (err == ERR_NONE && source->status.st_size < source->position.bytes)
        err = give_up_position(source, collector->tally);
    if (err != ERR_NONE || source->status.st_size == source->position.bytes)
        return err;
    err = make_durable(source);
    while (err == ERR_NONE && used > 0 && source->position.bytes < source->status.st_size)
        err = fold_chunk(collector, source, &used);
    return err;
}

/* --- the folder --- */

/* A clock that jumped would make every journal old, or a new one of the future the newest. It is
 * not believed where the journals know nothing of such a day. */
static bool is_clock_believed(struct collector *collector)
{
    time_t now = clock_now();
    char clock[21], day[21];

    if (now >= collector->newest - SKEW * DAY_SECONDS &&
        now < collector->newest + (SKEW + 1) * DAY_SECONDS)
        return true;
    clock_format(now, clock);
    clock_format(collector->newest, day);
    if (!collector->doubted)
        log_warning(
            "collect: the clock says %s, and the newest journal is of %.10s: no old journal "
            "is deleted until they agree. If the clock is wrong, set it; if nobody came, the "
            "next view will do",
            clock, day);
    collector->doubted = true;
    return false;
}

/* Deletes a file that is wholly folded and old enough; of one day in each run, so that a wrong
 * clock costs one at most before somebody sees it. Its position stays. */
static enum err delete_old(struct collector *collector, struct source *source)
{
    time_t kept_until = source->day + (time_t)(collector->keep_days + 1) * DAY_SECONDS;

    if (collector->keep_days <= 0 || clock_now() < kept_until ||
        (collector->deleted != 0 && collector->deleted != source->day))
        return ERR_NONE;
    /* Somebody may have written to it while we read. */
    if (fstat(source->fd, &source->status) != 0)
        return trouble(source, "look at");
    if (!is_stale(source) || source->position.bytes != source->status.st_size)
        return ERR_NONE;
    if (!is_clock_believed(collector))
        return ERR_NONE;
    if (unlink(source->path) != 0)
        return trouble(source, "delete");
    collector->deleted = source->day;
    collector->result.deleted++;
    return ERR_NONE;
}

static enum err collect_file(struct collector *collector, const char *name)
{
    struct source source = {.name = name, .fd = -1};
    enum err err = ERR_NONE;

    if (!day_of(name, &source.day)) {
        log_warning("collect: %s/%s is no journal file (NODE-YYYY-MM-DD%s); leaving it alone",
                    collector->folder, name, SUFFIX);
        return ERR_NONE;
    }
    source.path = file_path(collector->folder, name, "");
    if (source.path == NULL)
        return ERR_MEMORY;
    collector->result.files++;
    source.fd = open(source.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (source.fd < 0 || fstat(source.fd, &source.status) != 0)
        err = trouble(&source, "open");
    if (err == ERR_NONE && S_ISREG(source.status.st_mode))
        err = fold_file(collector, &source);
    if (err == ERR_NONE && S_ISREG(source.status.st_mode))
        err = delete_old(collector, &source);
    if (source.fd >= 0)
        close(source.fd);
    free(source.path);
    return err;
}

static void find_newest(struct collector *collector, const struct file_names *names)
{
    time_t day;

    for (size_t i = 0; i < names->count; i++)
        if (day_of(names->names[i], &day) && day > collector->newest)
            collector->newest = day;
}

/* A file that cannot be read must not keep the others from being counted; trouble with the tally
 * would come again with each. The first error is the run's. */
static enum err collect_files(struct collector *collector)
{
    struct file_names names = {NULL, 0};
    enum err err = file_names(&names, collector->folder, SUFFIX);
    enum err first = ERR_NONE;

    if (err == ERR_NOT_FOUND) /* nothing was served yet */
        return ERR_NONE;
    first = err;
    find_newest(collector, &names);
    for (size_t i = 0; i < names.count && (err == ERR_NONE || err == ERR_SYSTEM); i++) {
        err = collect_file(collector, names.names[i]);
        if (first == ERR_NONE)
            first = err;
    }
    file_names_free(&names);
    return first;
}

/* If that fails the statistics have the reports all the same. */
static void save_recent(struct collector *collector, const char *path)
{
    if (path != NULL && recent_save(&collector->recent, path, clock_now()) != ERR_NONE)
        log_warning("collect: %s cannot be written; pages do not show fresh reports", path);
    recent_free(&collector->recent);
}

enum err collect_run(const struct collect_job *job, struct collect_result *result)
{
    struct collector collector = {.folder = job->journal, .keep_days = job->keep_days};
    enum err err = tally_open(&collector.tally, job->store, job->timezone, true);

    if (err == ERR_NONE && job->seen != NULL)
        err = witness_look(job->seen, collector.tally, clock_now());
    if (err == ERR_NONE) {
        collector.chunk = malloc(CHUNK);
        err = collector.chunk == NULL ? ERR_MEMORY : collect_files(&collector);
    }
    if (err == ERR_NONE && job->seen != NULL)
        err = witness_keep(job->seen, collector.tally, clock_now());
    tally_close(collector.tally);
    save_recent(&collector, job->reports);
    free(collector.chunk);
    if (result != NULL)
        *result = collector.result;
    return err;
}

enum err collect_site(const struct settings *settings, struct collect_result *result)
{
    char *journal = settings_state_file(settings, "journal");
    char *reports = settings_state_file(settings, RECENT_FILE);
    char *seen = settings_state_file(settings, WITNESS_FILE);
    char *store = settings_tally_store(settings);
    const struct collect_job job = {.journal = journal,
                                    .reports = reports,
                                    .seen = seen,
                                    .store = store,
                                    .timezone = settings->site_timezone,
                                    .keep_days = settings->journal_keep_days};
    enum err err = journal == NULL || reports == NULL || seen == NULL || store == NULL
                       ? ERR_MEMORY
                       : collect_run(&job, result);

    free(journal);
    free(reports);
    free(seen);
    free(store);
    return err;
}
