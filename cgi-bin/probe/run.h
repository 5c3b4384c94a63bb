/*
 * run.h: one look at many addresses: which is fetched when, where redirects lead, what is tried
 * again. It keeps nothing from one run to the next (results.h does) and prints nothing.
 *
 * A few at once, one at most for each host, a pause between two to the same host; who fails is
 * tried again before it counts.
 */
#ifndef VHOD_PROBE_RUN_H
#define VHOD_PROBE_RUN_H

#include "base/err.h"
#include "probe/fetch.h"
#include "probe/outcome.h"
#include <stddef.h>

#define RUN_REDIRECTS 8
#define RUN_AT_ONCE   32 /* parallel at most */

/* What was seen of one address. */
struct finding {
    enum verdict verdict; /* VERDICT_NONE: not looked at, or our own machine failed */
    enum hop_end end;     /* of the last fetch */
    long status;          /* of the last answer; 0: there was none */
    time_t certificate;   /* ends then; 0: not known */
    char *to;             /* where redirects led to, or NULL; owned by the finding */
    char title[TITLE_SIZE];
};

struct probe_target {
    const char *url;          /* borrowed */
    const char *title_before; /* title that is taken for right, or NULL */
    const char *owner_before; /* host of another owner that is taken for right, or NULL */
    struct finding finding;
};

struct run_rules {
    struct fetch_rules fetch;
    int parallel;      /* 1 to RUN_AT_ONCE */
    long whole_ms;     /* for one address with all its redirects */
    int retries;       /* tries after the first */
    long retry_ms;     /* between them */
    long pause_ms;     /* between two fetches from one host */
    time_t expires_by; /* certificates that end before it end soon */
    /* True if two hosts are of one owner, or both of owners that the directory knows. */
    bool (*same_owner)(void *context, const char *host, const char *other);
    void *context;
};

/* Looks at all targets; each gets its finding, freed by run_forget. *down: nothing was reached at
 * all, so that our own network is to blame: no verdict is worth anything, and the run has ended
 * early. Errors are of this machine. */
enum err run_probe(const struct run_rules *rules, struct probe_target *targets, size_t count,
                   bool *down);
void run_forget(struct probe_target *targets, size_t count);

#endif
