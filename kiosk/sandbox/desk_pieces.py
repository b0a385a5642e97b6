"""Pieces of the case desk's pages: a row, a mark, a picture, a step of the history."""

from __future__ import annotations

import math
import sqlite3
from urllib.parse import quote

from kiosk.sandbox import desk_words as words
from kiosk.sandbox import messages
from kiosk.sandbox.casework import Case
from kiosk.sandbox.fault_injection import Knob
from kiosk.sandbox.html import Markup, html, join
from kiosk.sandbox.numbers import china_time, mask_name, mask_number

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})


def material(material: messages.Material) -> Markup:
    return html(
        '<section class="material"><h3>$name <span>$how</span></h3>'
        '<div class="papers">$pages</div></section>',
        name=material.name,
        how=words.OBTAINED[material.obtained]
        + (f" · {len(material.pages)} 页" if material.pages else ""),
        pages=join(
            picture(each, f"{material.name} 第 {index} 页")
            for index, each in enumerate(material.pages, 1)
        ),
    )


def picture(each: messages.Page, name: str) -> Markup:
    if each.media_type not in PICTURES:
        return html(
            '<a class="paper" href="/staff/pages/$digest">$name（$type）</a>',
            digest=each.digest,
            name=name,
            type=each.media_type,
        )
    return html(
        '<a class="paper" href="/staff/pages/$digest" target="_blank" rel="noopener">'
        '<img src="/staff/pages/$digest" alt="$name" loading="lazy"></a>',
        digest=each.digest,
        name=name,
    )


def time(unix: float) -> str:
    return china_time(unix).strftime("%Y-%m-%d %H:%M:%S")


def pill(state: str) -> Markup:
    return html('<span class="pill $state">$name</span>', state=state, name=words.STATES[state])


def nothing(columns: int, text: str) -> Markup:
    return html('<tr><td colspan="$n" class="nothing">$text</td></tr>', n=columns, text=text)


def row(case: Case) -> Markup:
    form = case.application
    return html(
        '<tr><td><a class="number" href="/staff/cases/$number">$number</a></td>'
        "<td>$item<small>$mode</small></td><td>$name<small>$id_number</small></td>"
        "<td>$here<small>→ $there</small></td><td>$pages 页</td><td>$at</td><td>$pill</td></tr>",
        number=case.platform_number,
        item=form.item.name,
        mode=words.MODES[form.mode],
        name=mask_name(form.applicant.name),
        id_number=mask_number(form.applicant.id_number),
        here=form.received_in.name,
        there=form.decided_in.name,
        pages=sum(len(material.pages) for material in form.materials),
        at=time(case.received_at),
        pill=pill(case.state),
    )


def turn(leaf: int, more: bool, state: str, number: str) -> Markup:
    link = (
        '<a class="button" href="/staff?state=$state&amp;number=$number&amp;page=$leaf">$text</a>'
    )
    place = {"state": quote(state), "number": quote(number)}
    return join(
        html(link, leaf=other, text=text, **place)
        for other, text, there in (
            (leaf - 1, "上一页", leaf > 1),
            (leaf + 1, "下一页", more),
        )
        if there
    )


def event(at: float, state: str, note: str) -> Markup:
    return html(
        '<li class="$state"><b>$name</b><time>$at</time><p>$note</p></li>',
        state=state,
        name=words.HISTORY[state],
        at=time(at),
        note=note,
    )


def rating(case: Case) -> Markup:
    if case.rating is None:
        return html('<p class="quiet">群众尚未评价。</p>')
    return html(
        '<p class="stars" aria-label="$stars 星">$full<i>$empty</i> <span>$words</span></p>'
        "<p>$reasons</p>",
        stars=case.rating.stars,
        full="★" * case.rating.stars,
        empty="★" * (5 - case.rating.stars),
        words=words.STARS[case.rating.stars],
        reasons="；".join(case.rating.reasons),
    )


def terminal(row: sqlite3.Row, now: float) -> Markup:
    beat: messages.Heartbeat | None = (
        messages.read(row["heartbeat"], messages.Heartbeat) if row["heartbeat"] else None
    )
    acts: list[tuple[str, str]] = []
    if row["state"] == "pending" or row["requested_key"]:
        acts.append(("approve", "批准换钥" if row["requested_key"] else "批准登记"))
    if row["state"] != "revoked":
        acts.append(("revoke", "注销"))
    return html(
        "<tr><td><b>$id</b><small>$site</small></td><td>$pill</td><td>$seen</td>"
        "<td>$version</td><td>$devices</td><td>$queue</td><td>$acts</td></tr>",
        id=row["terminal_id"],
        site=row["site"],
        pill=html(
            '<span class="pill $state">$name</span>',
            state=row["state"],
            name=words.TERMINAL_STATES[row["state"]],
        ),
        seen=ago(row["last_seen"], now),
        version=beat.version if beat else "—",
        devices=join(
            html(
                '<span class="device $state">$role：$name</span>',
                role=words.ROLES.get(role, role),
                state=state,
                name=words.DEVICE_STATES.get(state, state),
            )
            for role, state in (beat.devices if beat else {}).items()
        ),
        queue=f"{beat.outbox.waiting} 件" if beat else "—",
        acts=join(
            html(
                '<form method="post" action="/staff/terminals/$id">'
                '<button class="button small" name="act" value="$act">$text</button></form>',
                id=quote(row["terminal_id"]),
                act=act,
                text=text,
            )
            for act, text in acts
        ),
    )


def ago(seen: float | None, now: float) -> Markup:
    if seen is None:
        return html("<span>从未</span>")
    minutes = math.floor(max(0.0, now - seen) / 60)
    return html(
        "$at<small>$ago</small>",
        at=time(seen),
        ago="刚刚" if minutes < 1 else f"{minutes} 分钟前",
    )


def active(knob: Knob) -> Markup:
    return html(
        '<form method="post" class="active"><input type="hidden" name="act" value="clear">'
        "<b>$title</b> <span>$count · 路径 <code>$path</code> · $seconds 秒</span>"
        '<button class="button small" name="fault" value="$name">解除</button></form>',
        title=words.FAULTS[knob.fault][0],
        count=f"还有 {knob.count} 次" if knob.count else "直到解除",
        path=knob.path or "全部",
        seconds=f"{knob.usual_seconds():g}",
        name=knob.fault,
    )
