"""How people write notes: for each kind, small notes and the entries that they hold."""

from __future__ import annotations

import pytest

from ragprep.errors import NoQuestions
from ragprep.ingest.markdown import parse

Pairs = list[tuple[str, str]]

TWO = [("What is a lock?", "It waits."), ("What is a latch?", "It is short.")]

NUMBERED = {
    "tasks among questions": (
        "1. What is a page?\nFour KiB.\n\n2. Name two caches.\nL1 and L2.\n\n"
        "3. Sketch a TLB miss.\nThe table is walked.\n\n4. What is a frame?\nA page in RAM.\n",
        [
            ("What is a page?", "Four KiB."),
            ("Name two caches.", "L1 and L2."),
            ("Sketch a TLB miss.", "The table is walked."),
            ("What is a frame?", "A page in RAM."),
        ],
    ),
    "steps within an answer": (
        "1. How do you boot?\n\n   1. Load\n   2. Jump\n\n2. What is a kernel?\n\n   The core.\n",
        [("How do you boot?", "1. Load\n2. Jump"), ("What is a kernel?", "The core.")],
    ),
    "steps that are not indented": (
        "1. How do you boot?\n1. Load\n2. Jump\n\n2. What is a kernel?\nThe core.\n",
        [("How do you boot?", "1. Load\n2. Jump"), ("What is a kernel?", "The core.")],
    ),
    "tasks only": (
        "1. Name two caches.\nL1 and L2.\n\n2. Sketch a TLB miss.\nThe table is walked.\n\n"
        "3. Derive the hit rate.\nHits by accesses.\n",
        [
            ("Name two caches.", "L1 and L2."),
            ("Sketch a TLB miss.", "The table is walked."),
            ("Derive the hit rate.", "Hits by accesses."),
        ],
    ),
    "a topic without a number among them": (
        "## 1. What is a page?\nFour KiB.\n## Pages against frames\nFrames are in RAM.\n"
        "## 2. Name two caches.\nL1 and L2.\n",
        [
            ("What is a page?", "Four KiB."),
            ("Pages against frames", "Frames are in RAM."),
            ("Name two caches.", "L1 and L2."),
        ],
    ),
    "a heading without a number or text among them is a section": (
        "## 1. What is a page?\nFour KiB.\n## More\n## 2. What is a frame?\nA page in RAM.\n",
        [("What is a page?", "Four KiB."), ("What is a frame?", "A page in RAM.")],
    ),
    "headings, one without its number": (
        "## 1. What is a page?\nFour KiB.\n## What is a frame?\nA page in RAM.\n"
        "## 3. What is a TLB?\nA cache.\n",
        [
            ("What is a page?", "Four KiB."),
            ("What is a frame?", "A page in RAM."),
            ("What is a TLB?", "A cache."),
        ],
    ),
    "one in bold among headings": (
        "### Q1. What is a page?\nFour KiB.\n\n**Q2. What is a frame?**\n\nA page in RAM.\n\n"
        "### Q3. What is a TLB?\nA cache.\n",
        [
            ("What is a page?", "Four KiB."),
            ("What is a frame?", "A page in RAM."),
            ("What is a TLB?", "A cache."),
        ],
    ),
    "full-width numbers and brackets": (
        "1、什么是页？\n四 KiB。\n\n2、什么是帧？\n内存中的页。\n",
        [("什么是页？", "四 KiB。"), ("什么是帧？", "内存中的页。")],
    ),
    "numbers in brackets": (
        "**(1)** Name two caches.\n\nL1 and L2.\n\n**(2)** Sketch a miss.\n\nA walk.\n",
        [("Name two caches.", "L1 and L2."), ("Sketch a miss.", "A walk.")],
    ),
}

LABELS = {
    f"as {label!r}": (
        "".join(f"{label.format(n)} {q}\n\n{answer} {a}\n\n" for n, (q, a) in enumerate(TWO, 1)),
        TWO,
    )
    for label, answer in (
        ("Q{}.", "A."),
        ("Q{})", "Ans:"),
        ("Q.{}", "Ans."),
        ("Q {}:", "A:"),
        ("Q{} -", "A -"),
        ("Ques {}.", "Ans 1:"),
        ("Question #{}:", "Answer:"),
        ("### Question {}:", "**Answer:**"),
        ("### Question {}\n\n", "**Answer:**"),
        ("## Q{}\n", "A:"),
        ("**Q{}.**", "**A.**"),
        ("**Question:**", "**Answer:**"),
        ("### Question\n", "### Answer\n"),
        ("### Frage\n", "### Antwort\n"),
        ("- [ ]", " "),
    )
}

LEVELS = {
    "a topic beside a question, with headings below it": (
        "### RAID\n#### What is RAID 0?\nStripes.\n#### What is RAID 1?\nMirrors.\n"
        "### What is LVM?\nVolumes.\n### File systems\nThey name files.\n#### ext4\nOld.\n",
        [
            ("What is RAID 0?", "Stripes."),
            ("What is RAID 1?", "Mirrors."),
            ("What is LVM?", "Volumes."),
            ("File systems", "They name files."),
            ("ext4", "Old."),
        ],
    ),
    "the same label on two levels": (
        "## Q. What is a join?\nRows of two tables.\n\n#### Q. What is a key?\n\n"
        "#### Q. What is a null?\nNo value.\n",
        [
            ("What is a join?", "Rows of two tables."),
            ("What is a key?", ""),
            ("What is a null?", "No value."),
        ],
    ),
    "sections between labelled questions": (
        "## # 1. BASICS\n\n## Q. What is a join?\nRows.\n\n## # 2. MORE\n\n"
        "## Q. What is a key?\nA name.\n",
        [("What is a join?", "Rows."), ("What is a key?", "A name.")],
    ),
    "headings in items": (
        "1. ### What is a lock\n\n    It waits.\n\n    #### Kinds\n\n    Two.\n\n"
        "2. ### Locks against latches\n\n    Latches are short.\n",
        [
            ("What is a lock", "It waits.\n\n#### Kinds\n\nTwo."),
            ("Locks against latches", "Latches are short."),
        ],
    ),
    "headings in bullets": (
        "- ## What is a lock?\n  It waits.\n- ## What is a latch?\n  It is short.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "It is short.")],
    ),
    "sub-questions below a question stay in its answer": (
        "## What is a lock?\nIt waits.\n### Why is it slow?\nContention.\n"
        "## What is a latch?\nIt is short.\n",
        [
            ("What is a lock?", "It waits.\n### Why is it slow?\nContention."),
            ("What is a latch?", "It is short."),
        ],
    ),
    "no space after the signs": (
        "##What is a lock?\nIt waits.\n\n##What is a latch?\nIt is short.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "It is short.")],
    ),
    "underlined headings": (
        "What is a lock?\n===============\nIt waits.\n\nWhat is a latch?\n===\nShort.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "a short underline of a long heading": (
        "Tell me about a time when you failed\n---\nI was late.\n\n"
        "Your greatest weakness, in your own words\n---\nSleep.\n",
        [
            ("Tell me about a time when you failed", "I was late."),
            ("Your greatest weakness, in your own words", "Sleep."),
        ],
    ),
    "a separator below a long line without an end": (
        "**What is a lock?**\n\nIt waits until whoever holds it goes away\n---\n"
        "**What is a latch?**\n\nShort.\n",
        [
            ("What is a lock?", "It waits until whoever holds it goes away"),
            ("What is a latch?", "Short."),
        ],
    ),
    "a separator is no underline": (
        "## What is a lock?\nIt waits.\n---\n## What is a latch?\nShort.\n---\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "closing signs": (
        "### What is a lock? ###\nIt waits.\n### What is a latch? ###\nShort.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "HTML headings": (
        "<h2>What is a lock?</h2>\nIt waits.\n<h2 id='b'>\n  What is a latch?\n</h2>\nShort.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
}

MIXED = {
    "parts with nothing in common": (
        "What is a lock?\n- It waits.\n\n---\n\n## What is a latch?\nIt is short.\n",
        [("What is a lock?", "- It waits."), ("What is a latch?", "It is short.")],
    ),
    "many sub-headings that ask": (
        "".join(
            f"## {n}. What is {x}?\nText.\n### Why?\nSo.\n### When?\nNow.\n### How?\nThus.\n"
            for n, x in enumerate(("a lock", "a latch", "a queue"), 1)
        ),
        [
            (f"What is {x}?", "Text.\n### Why?\nSo.\n### When?\nNow.\n### How?\nThus.")
            for x in ("a lock", "a latch", "a queue")
        ],
    ),
    "a bold topic that opens a section makes entries of all in it": (
        "## Locks\n\n**Mutex**\n\nOne thread.\n\n**What is a lock?**\n\nIt waits.\n\n"
        "**Semaphore**\n\nMany threads.\n\n**Spinlock**\n\nIt spins.\n",
        [
            ("Mutex", "One thread."),
            ("What is a lock?", "It waits."),
            ("Semaphore", "Many threads."),
            ("Spinlock", "It spins."),
        ],
    ),
    "more bold lines than questions below one are parts of its answer": (
        "## Locks\n\n**What is a lock?**\n\nIt waits.\n\n**Fairness**\n\nNone.\n\n"
        "**Speed**\n\nSlow.\n\n## Queues\n\n**What is a queue?**\n\nA row.\n",
        [
            ("What is a lock?", "It waits.\n\n**Fairness**\n\nNone.\n\n**Speed**\n\nSlow."),
            ("What is a queue?", "A row."),
        ],
    ),
    "sections of three styles": (
        "# A\n## Q1. What is a lock?\nIt waits.\n# B\n### 1. Name a latch.\nA spinlock.\n"
        "### 2. Name a lock.\nA mutex.\n# C\n**What is a queue?**\n\nA row.\n\n"
        "**What is a stack?**\n\nA pile.\n",
        [
            ("What is a lock?", "It waits."),
            ("Name a latch.", "A spinlock."),
            ("Name a lock.", "A mutex."),
            ("What is a queue?", "A row."),
            ("What is a stack?", "A pile."),
        ],
    ),
    "numbered sections over callouts": (
        "## 1. Locks\nSee the book.\n## 2. Questions\n> [!faq]+ What is a lock?\n> It waits.\n\n"
        "> [!faq]+ What is a latch?\n> It is short.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "It is short.")],
    ),
    "numbered sections over bullets": (
        "## 1. Basics\n- What is a lock?\n  It waits.\n## 2. More\n- What is a latch?\n  Short.\n"
        "- What is a queue?\n  A row.\n",
        [
            ("What is a lock?", "It waits."),
            ("What is a latch?", "Short."),
            ("What is a queue?", "A row."),
        ],
    ),
}

TOPICS = {
    "concepts under one title": (
        "# Caches\n## Write-through\nEvery write goes to memory.\n## Write-back\nWrites wait.\n",
        [("Write-through", "Every write goes to memory."), ("Write-back", "Writes wait.")],
    ),
    "a heading among them that only sounds like a question": (
        "# Locks\n## What we learned\nLocks wait.\n## Latches\nThey spin.\n",
        [("What we learned", "Locks wait."), ("Latches", "They spin.")],
    ),
    "a glossary by letters": (
        "# Glossary\n## L\n### Latch\nA short lock.\n### Lock\nIt waits.\n## Q\n"
        "### Queue\nA row.\n",
        [("Latch", "A short lock."), ("Lock", "It waits."), ("Queue", "A row.")],
    ),
    "terms in tables of two columns": (
        "# Caches\n| term | meaning of it |\n|---|---|\n| Write-back | Later. |\n"
        "| Line | 64 bytes |\n\n## Parts\n\n| | |\n|---|---|\n| Tag | The address |\n",
        [("Write-back", "Later."), ("Line", "64 bytes"), ("Tag", "The address")],
    ),
    "a table of figures is no glossary": (
        "# Ports\n| port | name |\n|---|---|\n| 22 | ssh |\n| 80 | http |\n| 443 | https |\n",
        [("Ports", "| port | name |\n|---|---|\n| 22 | ssh |\n| 80 | http |\n| 443 | https |")],
    ),
    "one heading, one note": (
        "# Write-back\nWrites wait in the cache until the line is evicted.\n",
        [("Write-back", "Writes wait in the cache until the line is evicted.")],
    ),
    "one heading, one short note": (
        "# Hash ring\nRing of nodes.\n",
        [("Hash ring", "Ring of nodes.")],
    ),
    "one heading, one note in another script": (
        "# 写回\n写操作在缓存中等待。\n",
        [("写回", "写操作在缓存中等待。")],
    ),
    "one note with one heading below its own text": (
        "# Hash ring\nRing of nodes.\n## Virtual nodes\nThey smooth it.\n",
        [("Hash ring", "Ring of nodes.\n## Virtual nodes\nThey smooth it.")],
    ),
    "a title over several headings that tells something itself": (
        "# Caches\nThey hold copies of what is slow to get.\n## Write-through\nTo memory.\n"
        "## Write-back\nLater.\n",
        [
            ("Caches", "They hold copies of what is slow to get."),
            ("Write-through", "To memory."),
            ("Write-back", "Later."),
        ],
    ),
    "the title of notes is no topic": (
        "# Notes on caches\nThey hold copies of what is slow to get.\n## Write-through\n"
        "To memory.\n## Write-back\nLater.\n",
        [("Write-through", "To memory."), ("Write-back", "Later.")],
    ),
    "the text below a title over several headings is none": (
        "# Caches\nMine.\n## Write-through\nTo memory.\n## Write-back\nLater.\n",
        [("Write-through", "To memory."), ("Write-back", "Later.")],
    ),
    "in another script": (
        "# 笔记\n## 写回\n写操作在缓存中等待。\n## 直写\n写操作立即到内存。\n",
        [("写回", "写操作在缓存中等待。"), ("直写", "写操作立即到内存。")],
    ),
}

LANGUAGES = {
    "Chinese": (
        "# 面试\n## 什么是锁？\n它等待。\n## 什么是队列？\n一排。\n",
        [("什么是锁？", "它等待。"), ("什么是队列？", "一排。")],
    ),
    "Arabic": (
        "## ما هو القفل؟\nينتظر.\n## ما هو الطابور؟\nصف.\n",
        [("ما هو القفل؟", "ينتظر."), ("ما هو الطابور؟", "صف.")],
    ),
    "German labels": (
        "F: Was ist ein Lock?\nA: Er wartet.\n\nF: Was ist ein Latch?\nA: Er ist kurz.\n",
        [("Was ist ein Lock?", "Er wartet."), ("Was ist ein Latch?", "Er ist kurz.")],
    ),
    "Russian labels": (
        "В: Что такое замок?\nО: Он ждёт.\n\nВ: Что такое очередь?\nО: Ряд.\n",
        [("Что такое замок?", "Он ждёт."), ("Что такое очередь?", "Ряд.")],
    ),
    "Chinese labels": (
        "问：什么是锁？\n答：它等待。\n\n问：什么是队列？\n答：一排。\n",
        [("什么是锁？", "它等待。"), ("什么是队列？", "一排。")],
    ),
    "numbered word": (
        "## Frage 1: Was ist ein Lock?\nEr wartet.\n## Frage 2: Was ist ein Latch?\nKurz.\n",
        [("Was ist ein Lock?", "Er wartet."), ("Was ist ein Latch?", "Kurz.")],
    ),
    "number between words": (
        "### 第 1 题：什么是锁？\n它等待。\n### 第 2 题：锁的应用\n并发。\n",
        [("什么是锁？", "它等待。"), ("锁的应用", "并发。")],
    ),
    "dashes and quotation marks stay": (
        "## Sperre – was ist das?\nSie wartet.\n## « Verrou » : quoi ?\nIl attend.\n",
        [("Sperre – was ist das?", "Sie wartet."), ("« Verrou » : quoi ?", "Il attend.")],
    ),
    "Spanish, no question mark but the first": (
        "## ¿Qué es un candado?\nEspera.\n## ¿Qué es una cola?\nUna fila.\n",
        [("¿Qué es un candado?", "Espera."), ("¿Qué es una cola?", "Una fila.")],
    ),
}

ANSWERS = {
    "a sibling heading": (
        "## Q: What is a lock?\n\n## Answer\n\nIt waits.\n\n## Q: What is a latch?\n\n## Answer\n\n"
        "Short.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "a sibling heading in German": (
        "### Was ist ein Lock?\n### Antwort\nEr wartet.\n### Was ist ein Latch?\n"
        "### Antwort\nKurz.\n",
        [("Was ist ein Lock?", "Er wartet."), ("Was ist ein Latch?", "Kurz.")],
    ),
    "folded, in Spanish": (
        "## ¿Qué es un candado?\n<details><summary>Respuesta</summary>\n\nEspera.\n</details>\n"
        "## ¿Qué es una cola?\n<details><summary>Respuesta</summary>\n\nUna fila.\n</details>\n",
        [("¿Qué es un candado?", "Espera."), ("¿Qué es una cola?", "Una fila.")],
    ),
    "links to the top of the page are none": (
        "- **What is a lock?**\n\n  [⬆ up](#top)\n- **What is a latch?**\n\n  **[↥ Back](#top)**\n",
        [("What is a lock?", ""), ("What is a latch?", "")],
    ),
    "links to the top in HTML are none": (
        "## What is a lock?\nIt waits.\n\n<div align='right'>\n"
        "    <b><a href='#toc'>↥ top</a></b>\n"
        "</div>\n\n## What is a latch?\nShort.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "a link elsewhere is one": (
        "## What is a lock?\n[The manual](https://example.org/lock)\n## What is a latch?\nShort.\n",
        [
            ("What is a lock?", "[The manual](https://example.org/lock)"),
            ("What is a latch?", "Short."),
        ],
    ),
    "comments and properties of Obsidian are none": (
        "## What is a lock?\nUp:: [[Threads]]\nIt waits.\n%% check this %%\n"
        "## What is a latch?\n%%\nlong\n%%\nShort.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "what is only like a comment stays": (
        "## What is a lock?\n%%time\nIt waits.\n## What is a latch?\n%% is a sign.\n",
        [("What is a lock?", "%%time\nIt waits."), ("What is a latch?", "%% is a sign.")],
    ),
    "labels of answers below headings, in French": (
        "## Question : Qu'est-ce qu'un verrou ?\nRéponse : Il attend.\n\n"
        "## Question : Un loquet\nRéponse\xa0: Il est court.\n",
        [("Qu'est-ce qu'un verrou ?", "Il attend."), ("Un loquet", "Il est court.")],
    ),
    "a label in an item of its own": (
        "# OS\n\n* Q: a lock?\n    * A: it waits\n* Q: types of latches\n    * A: two\n",
        [("a lock?", "it waits"), ("types of latches", "two")],
    ),
    "a bold label over a list": (
        "**Q:** What is a lock?\n**A:**\n- It waits.\n\n**Q:** What is a latch?\n**A:** Short.\n",
        [("What is a lock?", "- It waits."), ("What is a latch?", "Short.")],
    ),
    "tags behind a question are none of its words": (
        "## What is a lock? #threads #os/sync\nIt waits.\n## What is C #?\nA language.\n",
        [("What is a lock?", "It waits."), ("What is C #?", "A language.")],
    ),
    "comments are none": (
        "## What is a lock?\nIt waits.\n<!-- check this -->\n## What is a latch?\n<!--SR:!1-->\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "")],
    ),
    "bold label with the colon outside": (
        "**Q1**: What is a lock?\n\n**Answer**: It waits.\n\n**Q2**: What is a latch?\n\n"
        "**Answer**: Short.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
}

FOLDS = {
    "sections whose folds ask nothing": (
        "<details><summary>1. What is a lock?</summary>\n\nIt waits.\n</details>\n\n## More\n\n"
        "<details><summary>Latch</summary>\n\nShort.\n</details>\n",
        [("What is a lock?", "It waits."), ("Latch", "Short.")],
    ),
    "nothing but folds, none of which asks": (
        "# Threads\n\n<details><summary>Lock</summary>\n\nIt waits.\n</details>\n"
        "<details><summary>Latch</summary>\n\nShort.\n</details>\n",
        [("Lock", "It waits."), ("Latch", "Short.")],
    ),
    "numbers that fold a question away": (
        "<details>\n<summary>Question 1</summary>\n\nWhat is a lock?\n\n<details>\n"
        "<summary>Answer</summary>\n\nIt waits.\n</details>\n</details>\n\n<details>\n"
        "<summary>Question 2</summary>\n\nWhat is a latch?\n\n<details>\n"
        "<summary>Answer</summary>\n\nIt is short.\n</details>\n</details>\n",
        TWO,
    ),
    "the end behind the last words": (
        "<details>\n<summary>What is a lock?</summary><br><b>\n\nIt waits.</b></details>\n\n"
        "<details>\n<summary>What is a latch?</summary><br><b>\n\nIt is short.\n</b></details>\n",
        TWO,
    ),
    "a summary with a list": (
        "<details><summary>What is a lock?</summary>It waits.</details>\n<details>\n<summary>\n"
        "Which of these wait?\n\n- lock\n- latch\n- queue\n- stack\n- heap\n</summary>\nlock\n"
        "</details>\n",
        [
            ("What is a lock?", "It waits."),
            ("Which of these wait? - lock - latch - queue - stack - heap", "lock"),
        ],
    ),
    "callouts": (
        "> [!question]- What is a lock?\n> It waits.\n>\n> - long\n\n"
        "> [!question] What is a latch?\n"
        "> Short.\n",
        [("What is a lock?", "It waits.\n\n- long"), ("What is a latch?", "Short.")],
    ),
    "callouts whose question is their first line": (
        "> [!question]\n> What is a lock?\n> It waits.\n\n> [!question]\n"
        "> What is a latch?\n> Short.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "callouts of other kinds that ask": (
        "> [!note] What is a lock?\n> It waits.\n\n> [!tip]- What is a latch?\n> It is short.\n",
        TWO,
    ),
    "MyST by code fences": (
        "```{dropdown} What is a lock?\nIt waits.\n```\n\n````{admonition} What is a latch?\n"
        "It is short.\n````\n",
        TWO,
    ),
    "MyST": (
        "::::{dropdown} What is a lock?\nIt waits.\n:::{note}\nLong.\n:::\n::::\n\n"
        "::::{dropdown} What is a latch?\nShort.\n::::\n",
        [("What is a lock?", "It waits.\n:::{note}\nLong."), ("What is a latch?", "Short.")],
    ),
    "MkDocs": (
        '??? question "What is a lock?"\n    It waits.\n\n'
        '??? question "What is a latch?"\n    Short.\n',
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "VuePress": (
        "::: details What is a lock?\nIt waits.\n:::\n\n::: details What is a latch?\n"
        "Short.\n:::\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
}

CARDS = {
    "one word beside other cards": (
        "What is TCP? :: Reliable.\nUDP :: Unreliable.\n\nA latch\n?\nShort.\n",
        [("What is TCP?", "Reliable."), ("UDP", "Unreliable."), ("A latch", "Short.")],
    ),
    "question and answer in one item": (
        "- Q: what is a lock? A: it waits\n- Q: what is a latch? Answer: it is short\n",
        [("what is a lock?", "it waits"), ("what is a latch?", "it is short")],
    ),
    "question and answer in one line": (
        "Q: what is a lock? A: it waits\n\nQ: types of latches **A:** two\n",
        [("what is a lock?", "it waits"), ("types of latches", "two")],
    ),
    "signs of a question and of its answer": (
        "❓ What is a lock?\n💡 It waits.\n\n❓ Explain latches\n💡 They are short.\n",
        [("What is a lock?", "It waits."), ("Explain latches", "They are short.")],
    ),
    "labels with their points": (
        "Question 1 (5 points)\nWhat is a lock?\n\nAnswer\nIt waits.\n\n"
        "Question 2 (10 points)\nDescribe a latch.\n\nAnswer\nShort.\n",
        [("What is a lock?", "It waits."), ("Describe a latch.", "Short.")],
    ),
    "labels, one of them bold": (
        "Q1) what is a lock\n  it waits\nQ2) types of latches\n  two\n\n"
        "**Q: Explain queues.**\n\n**A:** rows\n",
        [("what is a lock", "it waits"), ("types of latches", "two"), ("Explain queues.", "rows")],
    ),
    "tabs in one section of several": (
        "## What is a lock?\nIt waits.\n\n## Cards\n\nWhat is a latch?\tIt is short.\n"
        "queue\tA row.\n",
        [
            ("What is a lock?", "It waits."),
            ("What is a latch?", "It is short."),
            ("queue", "A row."),
        ],
    ),
    "questions and answers in turn without blank lines": (
        "What is a lock?\nIt waits.\nwhat is a latch?\nIt is short,\nreally.\n",
        [("What is a lock?", "It waits."), ("what is a latch?", "It is short,\nreally.")],
    ),
    "with spaces around the sign": (
        "#flashcards\nWhat is a lock? :: It waits.\nWhat is a latch? ::: It is short.\n",
        TWO,
    ),
    "tagged headings": (
        "## A lock #card\nIt waits.\n## A latch #card\nIt is short.\n",
        [("A lock", "It waits."), ("A latch", "It is short.")],
    ),
    "questions over lines without a question mark": (
        "Q: Name a\nlock\nA: A mutex.\n\nQ: Name a\nlatch\nA: A spinlock.\n",
        [("Name a lock", "A mutex."), ("Name a latch", "A spinlock.")],
    ),
    "definition lists": (
        "Lock\n: It waits.\n\nLatch\n: It is short.\n",
        [("Lock", "It waits."), ("Latch", "It is short.")],
    ),
    "in quotation": (
        "> **Q1.** What is a lock?\n> - A) short\n> - B) it waits\n\n> **Q2.** What is a latch?\n"
        "> It is short.\n",
        [("What is a lock?", "- A) short\n- B) it waits"), ("What is a latch?", "It is short.")],
    ),
    "on one line, and by a question mark": (
        "#flashcards\n\nWhat is a lock?::It waits.\n<!--SR:!2024-01-01,3,250-->\n\n"
        "A latch\n??\nShort.\n",
        [("What is a lock?", "It waits."), ("A latch", "Short.")],
    ),
    "with the schedule behind": (
        "#flashcards\nWhat is a lock?::It waits. <!--SR:!2024-01-01,3,250-->\n\n"
        "What is a latch?\n?\nIt is short. <!--SR:!2024-01-01,3,250-->\n",
        TWO,
    ),
    "reversed": (
        "#flashcards/os\nlock in an OS:::it waits\nlatch in an OS:::it is short\n",
        [("lock in an OS", "it waits"), ("latch in an OS", "it is short")],
    ),
    "Logseq": (
        "- What is a [[lock]]? #card\n  card-ease-factor:: 2.5\n  collapsed:: true\n\t- It waits.\n"
        "- Name a latch #card\n\t- A spinlock.\n",
        [("What is a lock?", "- It waits."), ("Name a latch", "- A spinlock.")],
    ),
    "hashcards": (
        "Q: What is a lock?\nA: It waits.\n\nQ: What is a latch?\nA: Short.\n\n"
        "C: A [queue] is a row.\n\nC: A [stack] is a pile.\n",
        [
            ("What is a lock?", "It waits."),
            ("What is a latch?", "Short."),
            ("A [...] is a row.", "A queue is a row."),
            ("A [...] is a pile.", "A stack is a pile."),
        ],
    ),
    "one line with a letter and brackets is no deck": (
        "Q: What is a lock?\nA: It waits.\n\nC: A [queue] is a row.\n",
        [("What is a lock?", "It waits.")],
    ),
    "Q. and A.": (
        "Q. What is a lock?\nA. It waits.\n\nQ. What is a latch?\nA. Short.\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "scope operators are no cards": (
        "## What is a lock?\nUse std::mutex and std::lock.\n## What is a latch?\nUse std::latch.\n",
        [
            ("What is a lock?", "Use std::mutex and std::lock."),
            ("What is a latch?", "Use std::latch."),
        ],
    ),
}

CHOICES = {
    "below a label": (
        "Q1. Which waits?\na) a lock\nb) a bit\nAnswer: a\n\n"
        "Q2. Which is short?\na) a lock\nb) a latch\nAnswer: b\n",
        [
            ("Which waits?", "a) a lock\nb) a bit\nAnswer: a"),
            ("Which is short?", "a) a lock\nb) a latch\nAnswer: b"),
        ],
    ),
    "whose first letter is that of an answer": (
        "Q: Which waits?\nA) a lock\nB) a bit\nA: a lock\n\n"
        "Q: Which is short?\nA) a lock\nB) a latch\nA: a latch\n",
        [
            ("Which waits?", "A) a lock\nB) a bit\nA: a lock"),
            ("Which is short?", "A) a lock\nB) a latch\nA: a latch"),
        ],
    ),
    "below numbered labels": (
        "Question 1\nWhich waits?\nA. a lock\nB. a bit\nAnswer: A\n\n"
        "Question 2\nWhich is short?\nA. a lock\nB. a latch\nAnswer: B\n",
        [
            ("Which waits?", "A. a lock\nB. a bit\nAnswer: A"),
            ("Which is short?", "A. a lock\nB. a latch\nAnswer: B"),
        ],
    ),
}

TABLES = {
    "question and answer": (
        "| Question | Answer |\n|---|---|\n| What is a lock? | It waits. |\n"
        "| Name a latch | Spin |\n",
        [("What is a lock?", "It waits."), ("Name a latch", "Spin")],
    ),
    "numbered, in another language": (
        "| Nr | Frage | Antwort |\n|---|---|---|\n| 1 | Was ist ein Lock? | Er wartet. |\n"
        "| 2 | Was ist ein Latch? | Kurz. |\n",
        [("Was ist ein Lock?", "Er wartet."), ("Was ist ein Latch?", "Kurz.")],
    ),
    "HTML": (
        "<table>\n<tr><th>Question</th><th>Answer</th></tr>\n<tr>\n<td>What is a lock?</td>\n"
        "<td>It waits.</td>\n</tr>\n<tr><td>What is a latch?</td><td>Short.</td></tr>\n</table>\n",
        [("What is a lock?", "It waits."), ("What is a latch?", "Short.")],
    ),
    "a table within an answer": (
        "## What is a lock?\n| kind | waits? |\n|---|---|\n| spin | yes |\n"
        "## What is a latch?\nShort.\n",
        [
            ("What is a lock?", "| kind | waits? |\n|---|---|\n| spin | yes |"),
            ("What is a latch?", "Short."),
        ],
    ),
}

LISTS = {
    "items without text among questions that have it": (
        "- Locks\n\t- What is a lock?\n\t\t- It waits.\n\t- {{query (todo later)}}\n\t- TODO read\n"
        "\t- Spinning\n\t\t- It wastes time.\n\t- What is a latch?\n\t\t- Short.\n",
        [
            ("What is a lock?", "- It waits."),
            ("Spinning", "- It wastes time."),
            ("What is a latch?", "- Short."),
        ],
    ),
    "items without text among questions that have none": (
        "- What is a lock?\n- Locks against latches\n- What is a latch?\n",
        [("What is a lock?", ""), ("Locks against latches", ""), ("What is a latch?", "")],
    ),
    "tasks, some of them done": (
        "- [ ] What is a lock?\n  - it waits\n- [x] locks vs latches\n  - short\n",
        [("What is a lock?", "- it waits"), ("locks vs latches", "- short")],
    ),
    "bold with the answer behind, some not asking": (
        "1. **What is a lock?** It waits.\n2. **What is a latch?** Short.\n"
        "3. **Locks and latches** Both wait.\n",
        [
            ("What is a lock?", "It waits."),
            ("What is a latch?", "Short."),
            ("Locks and latches", "Both wait."),
        ],
    ),
    "bold labels": (
        "- **Q1.1**: What is a lock?\n- **Q1.2**: What is a latch?\n",
        [("What is a lock?", ""), ("What is a latch?", "")],
    ),
    "bold questions over two lines": (
        "**Q1.** What of these\nis a lock?\n\nIt waits.\n\n**Q2.** What of those\nis a latch?\n\n"
        "Short.\n",
        [("What of these is a lock?", "It waits."), ("What of those is a latch?", "Short.")],
    ),
    "numbered exercises": (
        "# Exercise 1 - Build a lock\n\nWords.\n\n# Exercise 2 - Build a latch\n\nUse a bit.\n",
        [("Build a lock", "Words."), ("Build a latch", "Use a bit.")],
    ),
    "questions over two lines": (
        "1. What of these\n   is a lock?\n\n   It waits.\n2. What of those\n   is a latch?\n\n"
        "   Short.\n",
        [("What of these is a lock?", "It waits."), ("What of those is a latch?", "Short.")],
    ),
    "without answers": (
        "* What is a lock?\n* Compare locks and latches.\n* Pros and cons of queues\n",
        [
            ("What is a lock?", ""),
            ("Compare locks and latches.", ""),
            ("Pros and cons of queues", ""),
        ],
    ),
    "nested under topics": (
        "- Locks\n  - What is a lock?\n  - What is a latch?\n- Queues\n  - What is a queue?\n",
        [("What is a lock?", ""), ("What is a latch?", ""), ("What is a queue?", "")],
    ),
    "nested under numbers": (
        "1. Locks\n    1. [E] What is a lock?\n    1. [M] What is a latch?\n2. Queues\n"
        "    1. [E] What is a queue?\n",
        [("[E] What is a lock?", ""), ("[M] What is a latch?", ""), ("[E] What is a queue?", "")],
    ),
    "links to pages elsewhere": (
        "* What is a lock?\n* [What is a latch?](https://example.org/latch)\n* What is a queue?\n",
        [("What is a lock?", ""), ("What is a latch?", ""), ("What is a queue?", "")],
    ),
    "code of the question": (
        "* What does this print?\n```js\nlog(1)\n```\n* What is a latch?\n",
        [("What does this print?", "```js\nlog(1)\n```"), ("What is a latch?", "")],
    ),
}

NOTES = {
    "question in the settings": (
        "---\nquestion: What is a lock?\ntags: [os]\n---\nIt waits.\n\n- long\n",
        [("What is a lock?", "It waits.\n\n- long")],
    ),
    "question quoted below a heading": (
        "# Question\n> What is a lock?\n\n# Answer\nIt waits.\n\n# See also\n- What is a latch?\n",
        [("What is a lock?", "It waits.")],
    ),
    "question quoted, in two languages": (
        "# Question (EN)\n> What is a lock?\n\n# Вопрос (RU)\n> Что такое замок?\n\n"
        "## Answer (EN)\nIt waits.\n\n## Ответ (RU)\nОн ждёт.\n",
        [("What is a lock?", "It waits."), ("Что такое замок?", "Он ждёт.")],
    ),
}

KINDS = {
    f"{kind}: {name}": case
    for kind, cases in {
        "numbered": NUMBERED,
        "labels": LABELS,
        "levels": LEVELS,
        "mixed": MIXED,
        "topics": TOPICS,
        "languages": LANGUAGES,
        "answers": ANSWERS,
        "folds": FOLDS,
        "cards": CARDS,
        "choices": CHOICES,
        "tables": TABLES,
        "lists": LISTS,
        "notes": NOTES,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize(("text", "pairs"), KINDS.values(), ids=KINDS)
def test_notes_of_every_kind_give_their_entries(text: str, pairs: Pairs):
    """Questions and answers as a person would copy them out."""
    assert [(e.question, e.answer) for e in parse(text, name="g").entries] == pairs


@pytest.mark.parametrize(
    "text",
    [
        "Lock: what makes threads wait.\nLatch: a lock that is short.\n"
        "Queue: a row of waiting threads.\n",
        "Lock - what makes threads wait.\nLatch -> a lock that is short.\n"
        "Queue → a row of waiting threads.\n",
        "Lock\n- what makes threads wait.\n\nLatch\n- a lock that is short.\n\n"
        "Queue\n- a row of waiting threads.\n",
        "LECTURE - 4\n\nLock:\nwhat makes threads wait.\n\nLatch:\na lock that is short.\n\n"
        "Queue:\na row of waiting threads.\n",
    ],
    ids=["colons", "dashes and arrows", "over lists", "paragraphs below a title"],
)
def test_plain_text_of_terms_and_their_meanings_is_a_glossary(text):
    """A Markdown file of that name would be one note."""
    entries = parse(text, name="g", path="g.txt").entries
    assert [(entry.question, entry.answer.removeprefix("- ")) for entry in entries] == [
        ("Lock", "what makes threads wait."),
        ("Latch", "a lock that is short."),
        ("Queue", "a row of waiting threads."),
    ]
    assert len(parse(text, name="g", path="g.md").entries) == 1


@pytest.mark.parametrize(
    "text",
    ["Name: Bob\nAge: 30\nCity: Rome\n", "Lock: makes threads wait.\nAsk Ada about the others.\n"],
    ids=["data", "a line that is none"],
)
def test_other_lines_are_no_glossary(text):
    """A meaning has three words, and every line has one."""
    with pytest.raises(NoQuestions):
        parse(text, name="g", path="g.txt")


def test_a_question_ends_the_sections_of_its_level():
    """LVM is not in the section RAID, nor is what stands below it."""
    text = (
        "## Disks\n### RAID\n#### What is RAID 0?\nStripes.\n### What is LVM?\nVolumes.\n"
        "#### What is a volume?\nA part.\n"
    )
    sections = {entry.question: entry.section for entry in parse(text, name="g").entries}
    assert sections["What is RAID 0?"] == ("Disks", "RAID")
    assert {*sections.values()} == {("Disks", "RAID"), ("Disks",)}


def test_a_topic_without_a_number_leaves_the_others_theirs():
    """Its label is the first free one."""
    text = "## 1. What is a page?\nA\n## Frames\nB\n## 2. Name two caches.\nC\n"
    labels = [(entry.label, entry.question) for entry in parse(text, name="g").entries]
    assert labels == [("q1", "What is a page?"), ("q3", "Frames"), ("q2", "Name two caches.")]


def test_nested_lists_give_their_parents_as_sections():
    """A leaf is an entry, what it stands under is its path."""
    text = "# Guide\n1. Locks\n    1. What is a lock?\n2. Queues\n    1. What is a queue?\n"
    assert [e.section for e in parse(text, name="g").entries] == [("Locks",), ("Queues",)]
