"""Builds the objects that carry a question from its event to its answer, each of them once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.events.thread_follow_ups import ThreadFollowUps
from bot.slack.events.viewed_places import ViewedPlaces
from bot.slack.message_router import AwayNotices, MessageHandler
from bot.slack.questions.agent_session import AgentSessions
from bot.slack.questions.answer_delivery import AnswerDelivery, QuestionAnswerer
from bot.slack.questions.answer_flow import AnswerFlow
from bot.slack.questions.catch_up import CatchUp
from bot.slack.questions.edits_and_stops import QuestionEdits
from bot.slack.questions.intake import QuestionIntake
from bot.slack.questions.lifecycle import RunningQuestions
from bot.slack.questions.model_queue import ModelQueue
from bot.slack.questions.private_answer import PrivateAnswers, PrivateQuestions
from bot.slack.questions.private_buttons import AnswerSharing
from bot.slack.questions.recovery import ClaimRenewal, QuestionRecovery
from bot.slack.questions.thread_answer import ThreadAnswers, ThreadReaders
from bot.slack.questions.thread_context import ThreadContext
from bot.slack.questions.waiting_mark import WaitingMark
from bot.slack.questions.wider_search import WiderSearch
from bot.slack.replies.answer_footer import AnswerFooter
from bot.slack.replies.sharing import ChannelSharing
from bot.slack.unasked.channel_pauses import ChannelPauses
from bot.slack.unasked.unasked_questions import SureSearch, UnaskedPlaces, UnaskedQuestions
from bot.slack.views.block_kit import DocumentLinks

if TYPE_CHECKING:
    from bot.settings import BotSettings
    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.people.factory import People
    from bot.slack.qdrant_stores import Stores
    from bot.slack.running_tasks import RunningTasks


@dataclass(frozen=True, slots=True)
class Questions:
    """What the rest of the Slack side calls of the questions' life."""

    intake: QuestionIntake
    running: RunningQuestions
    model_queue: ModelQueue
    delivery: AnswerDelivery
    answers: AnswerFlow
    messages: MessageHandler
    edits: QuestionEdits
    private: PrivateQuestions
    sharing: AnswerSharing
    renewal: ClaimRenewal
    recovery: QuestionRecovery
    catch_up: CatchUp
    unasked: UnaskedQuestions


def build_questions(
    settings: BotSettings,
    answering: QuestionAnswerer,
    client: RateLimitedClient,
    stores: Stores,
    people: People,
    tasks: RunningTasks,
) -> Questions:
    """Build every part of the questions' life once."""
    identity, users, access_directory = people.identity, people.users, people.access_directory
    intake, running = QuestionIntake(stores.question_log), RunningQuestions(tasks)
    model_queue, sessions = ModelQueue(settings.chat_parallel), AgentSessions(client)
    links = DocumentLinks(settings.document_url_template)
    footer = AnswerFooter(stores.served_documents, links, is_rated=stores.vote_store.is_enabled)
    delivery = AnswerDelivery(model_queue, answering, footer)
    context = ThreadContext(client, identity, intake, stores.passage_lookup)
    waiting_mark = WaitingMark(client, tasks, settings.waiting_emoji)
    wider_search = WiderSearch(client.rate_limiter, access_directory, stores.passage_lookup)
    viewed = ViewedPlaces(access_directory, intake)
    readers = ThreadReaders(access_directory, people.public_channels, wider_search, viewed)
    pauses = ChannelPauses(intake, stores.vote_store)
    in_thread = ThreadAnswers(client, users, readers, sessions, context, waiting_mark, pauses)
    in_private = PrivateAnswers(client, users, access_directory, stores.shared_answers, intake)
    answers = AnswerFlow(intake, running, delivery, in_thread, in_private)
    renewal = ClaimRenewal(stores.question_log)
    places = UnaskedPlaces(settings.answer_unasked, settings.answer_unasked_after)
    sure_search = SureSearch(access_directory, answering)
    unasked = UnaskedQuestions(places, sure_search, pauses, context, intake, answers, tasks)
    follow_ups, away_notices = ThreadFollowUps(client, identity, intake), AwayNotices(client, users, sessions, tasks)
    messages = MessageHandler(identity, intake, answers, follow_ups, away_notices, unasked)
    in_channel = ChannelSharing(client, access_directory, stores.passage_lookup, footer)
    return Questions(
        intake=intake,
        running=running,
        model_queue=model_queue,
        delivery=delivery,
        answers=answers,
        messages=messages,
        edits=QuestionEdits(identity, intake, running, answers, sessions, stores.shared_answers),
        private=PrivateQuestions(client, identity, users, intake, answers, tasks),
        sharing=AnswerSharing(client, users, stores.shared_answers, intake, in_channel),
        renewal=renewal,
        recovery=QuestionRecovery(intake, running, answers, renewal, settings.catch_up_hours),
        catch_up=CatchUp(client, identity, intake, messages, settings.catch_up_hours),
        unasked=unasked,
    )
