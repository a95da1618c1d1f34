"""Every table of the house in one place: what the migrations compare the database with."""

import bot.audit.tables
import bot.billing.tables
import bot.channels.demo.sms
import bot.channels.demo.tables
import bot.channels.sms.tables
import bot.channels.wechat.tables
import bot.conversations.tables
import bot.customers.metering
import bot.customers.network
import bot.customers.tables
import bot.fieldwork.tables
import bot.identity.tables
import bot.importing.tables
import bot.knowledge.tables
import bot.outages.tables
import bot.quality.feedback
import bot.quality.unclear
import bot.staff.tables
import bot.storage.daily  # noqa: F401
