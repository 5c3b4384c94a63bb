/*
 * ini_report.c: complaints about an INI file, to who wants them or to the log. Contract in
 * ini_report.h.
 */
#include "base/ini_report.h"
#include "base/log.h"
#include "base/message.h"
#include <stdio.h>

void ini_fault(const struct ini_report *report, const char *file, int line, const char *section,
               const char *key, const char *message)
{
    char where[16] = "";

    message = translated(message);
    if (report != NULL) {
        report->fault(report->context, file, line, section, key, message);
        return;
    }
    if (line > 0)
        snprintf(where, sizeof where, ":%d", line);
    log_error("%s%s: %s%s%s%s%s%s", file, where, section == NULL ? "" : "[",
              section == NULL ? "" : section, section == NULL ? "" : "] ", key == NULL ? "" : key,
              key == NULL ? "" : ": ", message);
}
