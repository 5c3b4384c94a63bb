/*
 * scratch.c: reading old texts without regard to the rules of today. Contract: scratch.h.
 */
#include "content/scratch.h"
#include "content/text.h"
#include <stdlib.h>
#include <string.h>

enum err scratch_make(struct scratch *scratch, const char *text, bool question)
{
    enum err err;

    scratch->article.question = question;
    scratch->part = (struct part){.article = &scratch->article,
                                  .step = &scratch->step,
                                  .text = text,
                                  .len = strlen(text),
                                  .line = 1,
                                  .path = ""};
    err = faults_new(&scratch->faults);
    scratch->part.faults = scratch->faults;
    return err;
}

void scratch_free(struct scratch *scratch)
{
    free(scratch->step.figure);
    free(scratch->step.figure_alt);
    free(scratch->step.slot);
    free(scratch->step.via);
    faults_free(scratch->faults);
    article_free(&scratch->article);
}

enum err scratch_head(struct head *head, const char *source, bool question, const char **body)
{
    struct faults *faults = NULL;
    struct text_line line = {.next = source};
    enum err err = faults_new(&faults);

    if (err == ERR_NONE)
        err = head_read(head, &line, question, "", faults);
    *body = line.next != NULL ? line.next : "";
    faults_free(faults);
    return err;
}
