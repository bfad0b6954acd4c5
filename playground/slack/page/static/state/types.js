// The shapes that the page and the server agree on, as JSDoc types; decides nothing and runs nothing.

/**
 * @typedef {{id: string, name: string, real_name: string, locale: string, is_admin: boolean, is_guest?: boolean,
 *            is_bot: boolean, title?: string}} User
 * @typedef {{id: string, name: string, kind: "public"|"private"|"im"|"mpim", members: string[], topic: string}} Channel
 * @typedef {{command: string, description: string, usage_hint: string}} Command
 * @typedef {{team: {id: string, name: string}, bot: {user_id: string, name: string, connected: boolean},
 *            users: User[], channels: Channel[], commands: Command[], shortcuts: {name: string, callback_id: string}[], version: string}} Workspace
 * @typedef {{id: string, title: string, status: string, output: string, sources: {url: string, text: string}[]}} Task
 * @typedef {{type: string, text: string, emoji?: boolean}} TextObject
 * @typedef {{type: string, block_id?: string, [key: string]: any}} Block
 * @typedef {{type: string, action_id?: string, [key: string]: any}} BlockElement
 * @typedef {{ts: string, channel: string, thread_ts?: string, user: string, username: string, is_bot: boolean,
 *            text: string, markdown: boolean, parts?: (string|Block)[], blocks?: Block[], edited: boolean, ephemeral: boolean, streaming: boolean,
 *            tasks?: Task[], plan?: string, reply_count: number, reply_users: string[], latest_reply?: string,
 *            files?: {name: string, url: string, picture?: string, words?: string}[], reactions?: {name: string, users: string[]}[]}} Message
 * @typedef {{id: string, type: string, title?: TextObject, submit?: TextObject, close?: TextObject, blocks: Block[]}} View
 * @typedef {{title: string, message: string}} Prompt
 * @typedef {{status: string, loading: string[]}} Status
 * @typedef {{path: string, size: number, modified: string, state: "waiting"|"reading"|"unfinished"|"words"|"meaning"|"failed",
 *            pages: number|null, passages: number|null, reason: string|null, title: string|null}} FolderFile
 * @typedef {{name: string, files: FolderFile[], removed?: string[], worker: {alive: boolean}, embedding: {state: string}|null,
 *            error: string|null}} Folder
 * @typedef {{kind: "channel", id: string} | {kind: "home"}} Place
 * @typedef {{channel: string, ts: string}} ThreadKey
 */

export {};
