"""Routes each message of the widgets to the controllers that handle it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tui_chat.ui import widget_messages as m
from tui_chat.ui.command_table import BY_ID
from tui_chat.ui.slash_handlers import invoke
from tui_chat.ui.widget_message_base import MessageBase

if TYPE_CHECKING:
    from tui_chat.ui.controllers import Controllers


def _run(controllers: Controllers, command: str) -> Awaitable[object] | object:
    run = BY_ID[command].run
    return None if run is None else run(controllers)


Handler = Callable[["Controllers", Any], Awaitable[object] | object]

HANDLERS: dict[type[MessageBase], tuple[Handler, ...]] = {
    m.PromptSubmitted: (
        lambda c, fact: c.jobs.run(c.slash.submit(fact.text)),
        lambda c, _: c.start.banner_read(),
    ),
    m.SlashInvoked: (lambda c, fact: invoke(c, fact),),
    m.SlashPicked: (lambda c, fact: c.slash.pick(fact.index), lambda c, fact: c.mentions.pick(fact.index)),
    m.SlashTurned: (lambda c, fact: c.slash.step(fact.by), lambda c, fact: c.mentions.step(fact.by)),
    m.PathPasted: (lambda c, fact: c.jobs.run(c.attaching.offer(fact.text, fact.path)),),
    m.FileChipClicked: (lambda c, fact: c.jobs.run(c.attaching.view_chip(fact.reference)),),
    m.AttachmentsClicked: (lambda c, fact: c.jobs.run(c.attaching.view_of(fact.node_id)),),
    m.KeyPasted: (lambda c, fact: c.jobs.run(c.endpoint_key.ask(then=c.conversation.retry, pasted=fact.key)),),
    m.CurlPasted: (lambda c, fact: c.jobs.run(c.pastes.offer_endpoint(fact.command)),),
    m.PromptCounted: (),
    m.EmptySubmitted: (lambda c, _: c.queue.resume(),),
    m.QueueWalked: (lambda c, fact: c.queue.take(fact.step),),
    m.QueueClicked: (lambda c, fact: (c.queue.remove_at if fact.remove else c.queue.take_at)(fact.index),),
    m.ConversationShown: (
        lambda c, fact: c.jobs.run(c.queue.shown(fact.conversation)),
        lambda c, fact: c.find.shown(fact.conversation.id),
        lambda c, fact: c.settings.shown(fact.conversation),
        lambda c, _: c.meter.changed(),
        lambda c, _: c.budget.changed(),
    ),
    m.PromptEdgeReached: (lambda c, fact: c.start.enter(fact.by),),
    m.TypedOutside: (lambda c, fact: c.start.typed(fact.text),),
    m.StartItemChosen: (lambda c, fact: c.jobs.run(c.start.choose(fact.id)),),
    m.BannerRead: (lambda c, _: c.start.banner_read(),),
    m.HelpAsked: (lambda c, _: c.jobs.run(c.help.show()),),
    m.AnswerNoted: (lambda c, fact: c.notices.noted(fact.exchange, fact.event),),
    m.AnswerChanged: (
        lambda c, fact: c.conversation.answer_changed(fact.exchange),
        lambda c, fact: c.content_filter.answer_changed(fact.exchange),
        lambda c, fact: c.queue.answer_changed(fact.exchange),
    ),
    m.AnswerEnded: (
        lambda c, fact: c.conversation.answer_changed(fact.exchange),
        lambda c, fact: c.content_filter.answer_changed(fact.exchange),
        lambda c, fact: c.notices.ended(fact.exchange),
        lambda c, fact: c.queue.answer_ended(fact.exchange),
        lambda c, _: c.meter.changed(),
        lambda c, _: c.budget.changed(),
        lambda c, _: c.library.refresh(),
        lambda c, _: c.start.refresh(),
    ),
    m.ComparedChanged: (lambda c, fact: c.compare.changed(fact.exchange),),
    m.ComparedEnded: (
        lambda c, fact: c.compare.ended(fact.exchange),
        lambda c, _: c.meter.changed(),
        lambda c, _: c.library.refresh(),
        lambda c, _: c.start.refresh(),
    ),
    m.LinkFollowed: (lambda c, fact: c.jobs.run(c.links.follow(fact.url)),),
    m.CommandWanted: (lambda c, fact: _run(c, fact.command),),
    m.TypedWhileReading: (lambda c, fact: c.panes.type_on(fact.text),),
    m.VersionWanted: (lambda c, fact: c.versions.show(fact.node_id, fact.by),),
    m.CodeWanted: (lambda c, fact: c.jobs.run(c.code.copy_block(fact.node_id, fact.number)),),
    m.FindTyped: (lambda c, fact: c.find.search(fact.query),),
    m.FindStepped: (lambda c, fact: c.find.step(fact.by, fact.query),),
    m.FindClosed: (lambda c, _: c.find.close(),),
    m.LibraryChanged: (lambda c, _: c.library.refresh(), lambda c, _: c.start.refresh()),
    m.LibrarySearched: (lambda c, fact: c.jobs.run(c.library.fill(fact.view), "library"),),
    m.LibraryOpened: (lambda c, fact: c.jobs.run(c.library.open_spot(fact.spot, deleted=fact.deleted)),),
    m.ConversationsAction: (lambda c, fact: c.jobs.run(c.library.actions.act(fact.action, fact.rows, fact.view)),),
    m.RenameAsked: (lambda c, fact: c.jobs.run(c.library.rename(fact.id, fact.title)),),
    m.DeleteAsked: (lambda c, fact: c.jobs.run(c.library.delete(fact.id, fact.title, fact.view)),),
    m.UndoDeleteAsked: (lambda c, fact: c.jobs.run(c.library.undo_delete(fact.view)),),
    m.LibraryMoved: (lambda c, fact: c.notifier.warn(fact.words), lambda c, _: c.library.refresh()),
    m.SavingChanged: (lambda c, _: c.saving.changed(),),
    m.SettingsChanged: (lambda c, fact: c.settings.change(fact.settings),),
    m.SettingsSeen: (lambda c, _: c.settings.seen(), lambda c, _: c.budget.changed()),
    m.SaveAsked: (lambda c, _: c.jobs.run(c.settings.save_as_default()),),
    m.ResetAsked: (lambda c, _: c.jobs.run(c.settings.reset()),),
    m.EndpointChosen: (lambda c, fact: c.endpoints.choose(fact.name),),
    m.ModelChosen: (lambda c, fact: c.endpoints.choose_model(fact.model),),
    m.PaneLeft: (lambda c, _: c.panes.leave(),),
    m.PaneResized: (lambda c, fact: c.panes.resized(fact.pane, fact.width),),
    m.TunerTurned: (lambda c, fact: c.settings.step(fact.name, fact.steps),),
    m.TunerCleared: (lambda c, fact: c.settings.clear(fact.name),),
    m.TunerClosed: (lambda c, _: c.panes.close_tuner(),),
}
