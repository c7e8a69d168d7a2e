// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/TimeRange.h"
#include "ui/timeline/SpectrogramTile.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ovation::ui {

/// Mono samples of a stretch of the recording, at its own rate.
struct SampleWindow {
    SampleRange range;
    std::vector<float> samples;
};

/// Reads audio for the timeline on one thread of its own: spectrogram tiles, and samples for the deepest zooms.
/// Everything below is for the window's thread and returns at once. Each request replaces the one before: what is no
/// longer wanted is cancelled. Results are kept (about 30 MB of tiles, the longest unused go first) until the source
/// changes.
class AudioWorker : public QObject {
    Q_OBJECT
public:
    explicit AudioWorker(QObject* parent = nullptr);
    ~AudioWorker() override; ///< cancels and joins

    /// "" for none; forgets everything that belongs to another source. `contentHash`, where it is known, lets tiles
    /// come from the cache on disk.
    void setSource(const QString& path, const std::string& contentHash = {});
    void requestTiles(const std::vector<TileKey>& wanted); ///< in the order in which they should come
    void requestSamples(SampleRange range);

    std::shared_ptr<const SpectrogramTile> tile(const TileKey& key) const; ///< nullptr if it is not there (yet)
    std::shared_ptr<const SampleWindow> samples() const;                   ///< the last ones that came, or nullptr
    const std::optional<Error>&
    error() const; ///< why the source cannot be read; reading stops until the source is set again
    bool busy() const;

Q_SIGNALS:
    void tilesChanged();
    void samplesChanged();
    void failed(const ovation::Error& error); ///< once per source

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ovation::ui
