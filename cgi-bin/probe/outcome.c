/*
 * outcome.c: the table of verdicts and the rules behind them. Contract in outcome.h.
 */
#include "probe/outcome.h"
#include "base/message.h"
#include <stddef.h>
#include <string.h>

/* --- the table --- */

static const struct {
    const char *word;
    enum standing standing;
    bool needs_proof;
    const char *about;
    const char *advice;
} verdicts[VERDICT__MAX] = {
    [VERDICT_NONE] = {"unknown", STANDING_UNKNOWN, false, N_("not known yet"),
                      N_("wait for the next run")},
    [VERDICT_OPENED] = {"opened", STANDING_WORKS, false, N_("opens"), N_("nothing")},
    [VERDICT_EXPIRING] = {"expiring", STANDING_WORKS, false, N_("opens; its certificate ends soon"),
                          N_("tell the owner of the site")},
    [VERDICT_MOVED] =
        {"moved", STANDING_WORKS, false, N_("has moved for good"),
         N_("open it; if it is right, write the new address and make this one former")},
    [VERDICT_CHANGED] = {"changed", STANDING_SUSPICIOUS, false,
                         N_("opens, with quite another title than before"),
                         N_("open it; if it is right, run vhod probe --accept with the address")},
    [VERDICT_OWNER] =
        {"owner", STANDING_SUSPICIOUS, true, N_("leads to a site of another owner"),
         N_("open it at once; if it is hostile, vhod block; if it is right, change the "
            "address, or run vhod probe --accept with it")},
    [VERDICT_REFUSED] = {"refused", STANDING_UNCLEAR, false, N_("answers, and lets no program in"),
                         N_("open it in a browser; it is not broken because of this")},
    [VERDICT_ISSUER] = {"issuer", STANDING_UNCLEAR, false,
                        N_("shows a certificate of an issuer that this machine does not know"),
                        N_("if it is an authority you trust, add it ([probe] ca_file)")},
    [VERDICT_TLS] = {"tls", STANDING_UNCLEAR, false, N_("answers, in no encryption that we speak"),
                     N_("open it in a browser")},
    [VERDICT_LOOP] = {"loop", STANDING_UNCLEAR, false, N_("redirects without end"),
                      N_("open it in a browser")},
    [VERDICT_BEYOND] = {"beyond", STANDING_UNCLEAR, false,
                        N_("answers, and leads to another site that does not answer us"),
                        N_("open it in a browser")},
    [VERDICT_SLOW] = {"slow", STANDING_UNCLEAR, false, N_("begins, and is not whole in time"),
                      N_("open it in a browser")},
    [VERDICT_PRIVATE] = {"private", STANDING_UNCLEAR, false, N_("leads into a private network"),
                         N_("open it from outside; readers may not reach it")},
    [VERDICT_MISSING] = {"missing", STANDING_FAILING, true, N_("says that there is no such page"),
                         N_("find where the sign-in page is now")},
    [VERDICT_ERROR] = {"error", STANDING_FAILING, true, N_("answers that it is broken"),
                       N_("if it lasts for a day, ask the operator of the portal")},
    [VERDICT_CERTIFICATE] = {"certificate", STANDING_FAILING, true,
                             N_("shows a certificate that browsers refuse"),
                             N_("tell the owner of the site; readers must not pass the warning")},
    [VERDICT_SILENT] =
        {"silent", STANDING_FAILING, true, N_("does not answer"),
         N_("open it from another network; if it lasts for a day, ask the operator")},
    [VERDICT_GONE] =
        {"gone", STANDING_FAILING, true, N_("has a name that does not exist any more"),
         N_("find the new address; if somebody else may register the name, vhod block")},
};

const char *verdict_word(enum verdict verdict)
{
    return verdicts[(unsigned)verdict < VERDICT__MAX ? verdict : VERDICT_NONE].word;
}

enum verdict verdict_from_word(const char *word)
{
    for (int verdict = 0; word != NULL && verdict < VERDICT__MAX; verdict++)
        if (strcmp(verdicts[verdict].word, word) == 0)
            return (enum verdict)verdict;
    return VERDICT_NONE;
}

enum standing verdict_standing(enum verdict verdict)
{
    return verdicts[(unsigned)verdict < VERDICT__MAX ? verdict : VERDICT_NONE].standing;
}

const char *standing_word(enum standing standing)
{
    static const char *const words[] = {
        [STANDING_UNKNOWN] = "unknown", [STANDING_WORKS] = "works",
        [STANDING_UNCLEAR] = "unclear", [STANDING_SUSPICIOUS] = "suspicious",
        [STANDING_FAILING] = "failing",
    };

    return words[(unsigned)standing <= STANDING_FAILING ? standing : STANDING_UNKNOWN];
}

bool verdict_needs_proof(enum verdict verdict)
{
    return (unsigned)verdict < VERDICT__MAX && verdicts[verdict].needs_proof;
}

bool verdict_is_unreached(enum verdict verdict)
{
    return verdict == VERDICT_SILENT || verdict == VERDICT_GONE || verdict == VERDICT_NONE;
}

const char *verdict_about(enum verdict verdict)
{
    return verdicts[(unsigned)verdict < VERDICT__MAX ? verdict : VERDICT_NONE].about;
}

const char *verdict_advice(enum verdict verdict)
{
    return verdicts[(unsigned)verdict < VERDICT__MAX ? verdict : VERDICT_NONE].advice;
}

/* --- the rules --- */

static const struct {
    const char *word;
    enum verdict
        verdict; /* of an address whose fetch ends so; of HOP_ANSWERED the status decides */
} ends[] = {
    [HOP_ANSWERED] = {"", VERDICT_OPENED},
    [HOP_NAME_GONE] = {"name", VERDICT_GONE},
    [HOP_NAME_SILENT] = {"name-servers", VERDICT_SILENT},
    [HOP_PRIVATE] = {"private", VERDICT_PRIVATE},
    [HOP_CONNECT] = {"connect", VERDICT_SILENT},
    [HOP_TIMEOUT] = {"timeout", VERDICT_SILENT},
    [HOP_EMPTY] = {"empty", VERDICT_SILENT},
    [HOP_TLS] = {"tls", VERDICT_TLS},
    [HOP_CERT_EXPIRED] = {"expired", VERDICT_CERTIFICATE},
    [HOP_CERT_HOST] = {"host", VERDICT_CERTIFICATE},
    [HOP_CERT_ISSUER] = {"issuer", VERDICT_ISSUER},
    [HOP_GARBAGE] = {"garbage", VERDICT_ERROR},
    [HOP_LOCAL] = {"local", VERDICT_NONE},
};

const char *hop_end_word(enum hop_end end)
{
    return ends[(unsigned)end <= HOP_LOCAL ? end : HOP_LOCAL].word;
}

/* A page that came. The gravest of what is noteworthy about it. */
static enum verdict of_page(const struct chain *chain)
{
    if (chain->other_owner)
        return VERDICT_OWNER;
    if (chain->last.cut)
        return VERDICT_ERROR;
    if (chain->last.late)
        return VERDICT_SLOW;
    if (chain->new_title)
        return VERDICT_CHANGED;
    if (chain->permanent)
        return VERDICT_MOVED;
    if (chain->last.certificate != 0 && chain->last.certificate < chain->expires_by)
        return VERDICT_EXPIRING;
    return VERDICT_OPENED;
}

static enum verdict of_status(const struct chain *chain)
{
    long status = chain->last.status;

    if (chain->last.wall)
        return VERDICT_REFUSED;
    if (status >= 200 && status < 300)
        return of_page(chain);
    if (status == 404 || status == 410)
        return VERDICT_MISSING;
    if (status >= 500)
        return VERDICT_ERROR;
    /* 401, 403, 429 and all else that a program is told: another status may await a browser. */
    return VERDICT_REFUSED;
}

enum verdict outcome_of(const struct chain *chain)
{
    enum verdict verdict;

    if (chain->endless)
        return VERDICT_LOOP;
    verdict = chain->last.end == HOP_ANSWERED ? of_status(chain)
                                              : ends[(unsigned)chain->last.end].verdict;
    /* It did answer: what fails is somebody else's site, and perhaps only for us; or it leads to
     * what only a browser or an app can open. */
    if (chain->redirects > 0 && verdict_standing(verdict) == STANDING_FAILING &&
        (chain->other_host || chain->last.end == HOP_GARBAGE))
        return VERDICT_BEYOND;
    return verdict;
}
